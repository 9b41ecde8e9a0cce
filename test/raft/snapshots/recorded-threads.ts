/** The threads that were begun, so that a test can end one, and whether any may begin. */
import type { Worker, WorkerOptions } from 'node:worker_threads'

export const threads: Worker[] = []
export const permission = { isGiven: true }

/** `worker_threads`, with a `Worker` that is recorded. */
export function recordThreads(original: typeof import('node:worker_threads')) {
  class RecordedWorker extends original.Worker {
    constructor(program: string | URL, options: WorkerOptions) {
      if (!permission.isGiven) throw Object.assign(new Error('No threads'), { code: 'ERR_ACCESS_DENIED' })
      super(program, options)
      threads.push(this)
    }
  }
  return { ...original, Worker: RecordedWorker }
}
