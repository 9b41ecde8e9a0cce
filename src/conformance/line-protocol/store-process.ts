/** The process of a storage that speaks the line protocol: started, written to, read from, and ended at once when asked to. */
import { type ChildProcess, spawn } from 'node:child_process'
import { appendFileSync } from 'node:fs'
import { commandWords } from './command-words.ts'

/** What becomes of the process, told once. */
export type ProcessEnd =
  | { readonly kind: 'not-started'; readonly program: string; readonly error: NodeJS.ErrnoException }
  | { readonly kind: 'exited'; readonly code: number | null; readonly signal: NodeJS.Signals | null }

export interface StoreProcessOptions {
  readonly command: string
  /** Stands for `{dir}` in the command. */
  readonly directory: string
  /** To which everything that the process writes to standard error is added. Default: only the end of it is kept, for messages. */
  readonly stderrFile?: string | undefined
}

/** How much of standard error a message shows. */
const stderrLength = 2_000
/** A process that has ended may have given its output to another one, which is not waited for longer than this. */
const outputMsMax = 1_000

/**
 * Set in the processes that the suites kill: a storage then stays in the process group of its parent, so that one signal ends
 * both at the same moment. A number is a descriptor that the storage inherits, by which whoever kills knows when it is dead.
 * Everywhere else it has a group of its own, so that it can be ended and its parent goes on.
 */
export const sharedGroupVariable = 'HOLDFAST_SHARED_GROUP'

const running = new Set<StoreProcess>()

export class StoreProcess {
  readonly #child: ChildProcess
  readonly #hasOwnGroup: boolean
  readonly #stderrFile: string | undefined
  #stderr = ''
  #isInputClosed = false
  /** Resolves when the process is dead and everything it said is read. */
  readonly ended: Promise<ProcessEnd>

  constructor(
    { command, directory, stderrFile }: StoreProcessOptions,
    onOutput: (chunk: Uint8Array) => void,
  ) {
    const { program, words } = commandWords(command, directory)
    const shared = process.env[sharedGroupVariable]
    this.#hasOwnGroup = shared === undefined
    const inherited = Number(shared) > 2 ? [Number(shared)] : []
    this.#stderrFile = stderrFile
    this.#child = spawn(program, words, {
      stdio: ['pipe', 'pipe', 'pipe', ...inherited],
      detached: this.#hasOwnGroup,
    })
    this.#child.stdout?.on('data', onOutput)
    this.#child.stderr?.on('data', (chunk: Uint8Array) => this.#keep(chunk))
    // It may be dead when it is written to, and how it ended says more.
    this.#child.stdin?.on('error', () => {
      this.#isInputClosed = true
    })
    this.ended = new Promise((resolve) => this.#watch(program, resolve))
    if (running.size === 0) process.on('exit', killRunning)
    running.add(this)
  }

  /** The last that it wrote to standard error. */
  get stderr(): string {
    return this.#stderr.trim()
  }

  /** Whether what is written to it reaches nobody. */
  get isInputClosed(): boolean {
    return this.#isInputClosed
  }

  write(line: string): void {
    this.#child.stdin?.write(line)
  }

  /** Sends SIGKILL to the process and all that it started, and waits for its end. */
  async kill(): Promise<void> {
    this.killSync()
    await this.ended
  }

  killSync(): void {
    const { pid, exitCode, signalCode } = this.#child
    if (pid === undefined || (!this.#hasOwnGroup && (exitCode ?? signalCode) !== null)) return
    try {
      process.kill(this.#hasOwnGroup ? -pid : pid, 'SIGKILL')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
  }

  #watch(program: string, resolve: (end: ProcessEnd) => void): void {
    const settle = (end: ProcessEnd): void => {
      running.delete(this)
      if (running.size === 0) process.off('exit', killRunning)
      resolve(end)
    }
    const child = this.#child
    child.once('error', (error) => settle({ kind: 'not-started', program, error }))
    child.once('exit', (code, signal) => {
      const end: ProcessEnd = { kind: 'exited', code, signal }
      const timer = setTimeout(() => {
        child.stdout?.destroy()
        child.stderr?.destroy()
      }, outputMsMax)
      child.once('close', () => {
        clearTimeout(timer)
        settle(end)
      })
    })
  }

  #keep(chunk: Uint8Array): void {
    this.#stderr = (this.#stderr + Buffer.from(chunk).toString()).slice(-stderrLength)
    if (this.#stderrFile !== undefined) appendFileSync(this.#stderrFile, chunk)
  }
}

/** A thread that is dropped leaves no process behind. */
function killRunning(): void {
  for (const one of running) one.killSync()
}
