/** One JSON line on stdout, with the kernel when this returns. */
import { writeSync } from 'node:fs'

export function say(what) {
  writeSync(1, `${JSON.stringify(what)}\n`)
}

/** What an error says of itself, without its words. */
export function facts(error) {
  const { name, reason, inDoubt } = error
  return { name, reason, inDoubt }
}
