/** Which calls of a history can still be seen in what came back. Pure. */

/** A state as facts: what each part of it is, by its name. What is absent is not there. */
export type Facts = ReadonlyMap<string, string>

/**
 * For each call whether its effect was there afterwards. `states` are before the first call and after each one; `undefined` is said of
 * a call that changed nothing, or whose effect a later call took away again.
 */
export function survivalOf(states: readonly Facts[], recovered: Facts): (boolean | undefined)[] {
  const last = states.at(-1) ?? new Map()
  return states.slice(1).map((after, at) => {
    const lasting = changes(states[at] ?? new Map(), after).filter(
      (name) => last.get(name) === after.get(name),
    )
    if (lasting.length === 0) return undefined
    return lasting.every((name) => recovered.get(name) === after.get(name))
  })
}

function changes(before: Facts, after: Facts): string[] {
  const names = new Set([...before.keys(), ...after.keys()])
  return [...names].filter((name) => before.get(name) !== after.get(name))
}
