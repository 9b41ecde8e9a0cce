/** Writes results to standard output as fast as their reader takes them, and stops when the reader has gone. */
import { once } from 'node:events'

/** Returns whether all of `lines` were taken: `false` when the reader, as `head`, has seen enough. */
export async function writeLines(lines: Iterable<string>): Promise<boolean> {
  const { stdout } = process
  for (const line of lines) {
    if (stdout.destroyed || stdout.errored) return false
    if (!stdout.write(`${line}\n`))
      await Promise.race([once(stdout, 'drain'), once(stdout, 'close')]).catch(() => undefined)
  }
  return !(stdout.destroyed || stdout.errored)
}
