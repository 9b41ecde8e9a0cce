/**
 * strace makes a call fail by its number among those of one thread, and does so in every thread that comes so far. So the threads
 * of a process whose calls are to fail first make calls that are nobody's, each thread so many that no other one reaches the
 * numbers that it uses from then on.
 */
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs'
import { open, readFile, stat } from 'node:fs/promises'

/** Tells the thread that an adapter runs in to go ahead: `adapter`, or `pool` for the threads that work for those who wait, too. */
export const callsAheadVariable = 'HOLDFAST_CALLS_AHEAD'

/** What these calls are made on. */
export const nobodysFile = '/dev/null'

/** How many of the calls that a process makes all the time, and of those that it makes now and then. */
export interface CallsAhead {
  readonly many: number
  readonly few: number
}

/** The least are left to processes that an adapter starts. */
export const callsAhead = {
  main: { many: 600, few: 30 },
  adapter: { many: 2000, few: 90 },
  pool: { many: 4000, few: 0 },
} as const

/** Does so in this thread. Calls that are made to fail here are of no use to anybody. */
export function goAhead({ many, few }: CallsAhead): void {
  const descriptor = openSync(nobodysFile, 'w')
  for (let left = many; left > 0; left--) {
    attempt(() => closeSync(openSync(nobodysFile, 'w')))
    attempt(() => writeSync(descriptor, ' '))
  }
  for (let left = few; left > 0; left--) {
    attempt(() => fsyncSync(descriptor))
    attempt(() => mkdirSync(nobodysFile))
  }
  closeSync(descriptor)
}

/**
 * Goes ahead in a thread that an adapter runs in, which has made more or fewer writes by then: it wakes others by them. The kernel
 * knows how many.
 */
export function goAheadExactly({ many, few }: CallsAhead): void {
  const descriptor = openSync(nobodysFile, 'w')
  for (let left = many / 2; left > 0; left--) attempt(() => closeSync(openSync(nobodysFile, 'w')))
  for (let left = missing(many); left > 0; left = missing(many))
    for (; left > 0; left--) attempt(() => writeSync(descriptor, ' '))
  closeSync(descriptor)
  goAhead({ many: 0, few })
}

/** The same in the pool, of one thread. Each piece of work that it does ends with a write that wakes who waits for it. */
export async function goAheadInPool({ many }: CallsAhead): Promise<void> {
  const handle = await open(nobodysFile, 'w')
  const writes = async (): Promise<number> => many - writesIn(await readFile(threadFile, 'utf8'))
  for (let left = await writes(); left > 100; left = await writes())
    for (; left > 50; left -= 2) await handle.write(' ').catch(() => undefined)
  await handle.close()
  for (let left = await writes(); left > 0; left--) await stat(nobodysFile)
}

/** Of the thread that reads it. */
const threadFile = '/proc/thread-self/io'

function missing(many: number): number {
  return many - writesIn(readFileSync(threadFile, 'utf8'))
}

function writesIn(text: string): number {
  const [, count = '0'] = /^syscw: (\d+)$/m.exec(text) ?? []
  return Number(count)
}

function attempt(call: () => unknown): void {
  try {
    call()
  } catch {
    // Most of them fail.
  }
}
