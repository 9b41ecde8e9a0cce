/**
 * Makes one write of a traced process come back short, for real: strace holds the process back just before the call, and
 * meanwhile the process is given a limit of file sizes that lies within the write. The kernel takes what lies below.
 */
import { execFile, spawnSync } from 'node:child_process'

export interface ShortWriteOptions {
  /** Of the system call. */
  readonly name: string
  /** As strace counts: the calls of that name of one thread, from 1. */
  readonly nth: number
  /** Where in the file it ends short. */
  readonly limit: number
  /** strace holds the call back for so long before it and after it. */
  readonly delayMs: number
  /** The limit stays for so long after the call. 0: the next call does not meet it. */
  readonly fullMs: number
}

/** Why no write can be made to come back short here; `undefined`: it can. */
export function whyNoShortWrites(): string | undefined {
  const { error, status } = spawnSync('prlimit', ['--pid', String(process.pid), '--fsize'], {
    stdio: 'ignore',
  })
  return error === undefined && status === 0 ? undefined : 'prlimit (of util-linux) is not installed'
}

/** What strace is told. */
export function holdBack({ name, nth, delayMs, fullMs }: ShortWriteOptions): string {
  const delay = delayMs * 1000
  const after = fullMs === 0 ? `:delay_exit=${delay}` : ''
  return `${name}:delay_enter=${delay}${after}:when=${nth}`
}

/** Of a line, as much as tells which call it is. */
const headLength = 64
/** Of the delay: what is left of it is for what the clocks of two processes do not agree on. */
const lateShare = 0.7

export class ShortWrite {
  readonly #options: ShortWriteOptions
  readonly #pattern: RegExp
  readonly #counts = new Map<string, number>()
  #head = ''
  #isCounted = false
  #thread: string | undefined
  #lifted: Promise<void> = Promise.resolve()
  /** The limit was still there when the process went on, and should not have been: later writes may have met it. */
  isLate = false

  constructor(options: ShortWriteOptions) {
    this.#options = options
    this.#pattern = new RegExp(`^(\\d+) +${options.name}\\(`)
  }

  /** Takes what strace writes. The call that it holds back is seen before its line ends. */
  take(text: string): void {
    for (let from = 0; from <= text.length; ) {
      const end = text.indexOf('\n', from)
      this.#takePart(text.slice(from, Math.min(end < 0 ? text.length : end, from + headLength)))
      if (end < 0) return
      this.#head = ''
      this.#isCounted = false
      from = end + 1
    }
  }

  /** The call has returned, and strace holds the process back once more: takes the limit away again. */
  lift(): void {
    const { delayMs, fullMs } = this.#options
    const thread = this.#thread
    if (thread === undefined) return
    const startedAt = performance.now()
    this.#lifted = new Promise((resolve) => {
      const lift = (): void =>
        setLimit(thread, 'unlimited', () => {
          this.isLate = fullMs === 0 && performance.now() - startedAt > delayMs * lateShare
          resolve()
        })
      if (fullMs === 0) lift()
      else setTimeout(lift, fullMs)
    })
  }

  /** Resolves when it is known whether it {@link isLate}: the process may have met the limit, and ended, before it was taken away. */
  lifted(): Promise<void> {
    return this.#lifted
  }

  #takePart(part: string): void {
    if (this.#isCounted || this.#head.length >= headLength) return
    this.#head += part
    const [, thread] = this.#pattern.exec(this.#head) ?? []
    if (thread === undefined) return
    this.#isCounted = true
    const count = (this.#counts.get(thread) ?? 0) + 1
    this.#counts.set(thread, count)
    if (count === this.#options.nth) this.#limit(thread)
  }

  #limit(thread: string): void {
    this.#thread = thread
    setLimit(thread, String(this.#options.limit), () => undefined)
  }
}

/** The process may be gone by then. */
function setLimit(thread: string, limit: string, onSet: () => void): void {
  execFile('prlimit', ['--pid', thread, `--fsize=${limit}:`], onSet)
}
