// When a machine stands still by itself. A virtual one whose host takes back the memory of files that were removed stops for up to a
// tenth of a second, whatever runs on it, and seconds after they were removed: that is nothing that a step which is timed then has done.
import { setImmediate as turn } from 'node:timers/promises'

const turnMs = 4
/** Of a turn of {@link turnMs}: nothing of the process itself takes so long. */
const standstillMs = 20
/** Memory is given back in rounds of about two seconds. */
const calmMs = 5_000
const patienceMs = 60_000

/** Works in short turns until none of them was held up for a while. Says so where that does not come to be. */
export async function calm() {
  const startedAt = performance.now()
  let calmSince = startedAt
  for (let last = startedAt; last - calmSince < calmMs; ) {
    if (last - startedAt > patienceMs) {
      process.stderr.write('The machine stands still again and again: what is slow may be its own.\n')
      return
    }
    while (performance.now() - last < turnMs);
    await turn()
    const now = performance.now()
    if (now - last > standstillMs) calmSince = now
    last = now
  }
}
