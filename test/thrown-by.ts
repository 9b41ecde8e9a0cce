/** What a call ends in when it does not return. */

/** What `body` throws, or `undefined` when it returns. */
export function thrownBy(body: () => unknown): unknown {
  try {
    body()
  } catch (error) {
    return error ?? new Error(`${error} was thrown`)
  }
  return undefined
}

/** The error that `body` is to throw. */
export function errorOf(body: () => unknown): Error {
  const thrown = thrownBy(body)
  if (thrown instanceof Error) return thrown
  throw new Error(thrown === undefined ? 'Nothing was thrown' : `${thrown} was thrown, which is no error`)
}
