import { writeSync } from 'node:fs'

const STDERR = 2
const RETRY_MS = 1

/**
 * Writes a line to standard error, and has written it when it returns.
 * `process.stderr` would leave it in memory when the next action is `crash`, or when this is a worker thread.
 * A line that cannot be written is lost: a diagnosis must not become a fault of its own.
 */
export function writeLineToStderr(line: string): void {
  let rest: Uint8Array = Buffer.from(`${line}\n`)
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(STDERR, rest))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return
      // The pipe is full, and its other end is slow.
      blockThread(RETRY_MS)
    }
  }
}

/** Stops this thread for `durationMs`, without using the processor. */
export function blockThread(durationMs: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, durationMs)
}
