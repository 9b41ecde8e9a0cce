/** What something that was thrown says, whatever it is: programs throw strings, and objects that cannot be shown. */
export function messageOf(thrown: unknown): string {
  if (thrown instanceof Error) return thrown.message
  try {
    return String(thrown)
  } catch {
    return 'something that cannot be shown'
  }
}

/** The same, after the error's name. */
export function nameAndMessageOf(thrown: unknown): string {
  return thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : messageOf(thrown)
}
