/** The processes that open images. One that dies or hangs is a finding about its image, and another takes its place. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { AdapterError } from '../../kit/index.ts'
import type { Recovered } from '../../oracle.ts'
import { type Image, writeImage } from '../disk/image.ts'
import type { CheckAnswer, CheckOrder } from './protocol.ts'

/** What became of an image. */
export type Checked<R = Recovered> =
  | Exclude<CheckAnswer<R>, { kind: 'adapter' }>
  | { readonly kind: 'ended'; readonly how: string }

export type Check<R = Recovered> = (image: Image, value: number, isUsedFirst?: boolean) => Promise<Checked<R>>

export interface CheckerPoolOptions {
  readonly adapterUrl: string
  /** Where images are written, one directory each: best a file system in memory. It is there. */
  readonly directory: string
  /** Of the store, relative to the root of an image. */
  readonly name: string
  /** How many processes. */
  readonly size: number
  /** A store that takes longer hangs. */
  readonly checkMsMax: number
  /** What it runs. Default: the one that opens logs. */
  readonly program?: URL | undefined
}

/** What a store leaves behind in its process, threads and maps, is left with it after so many images. */
const imagesPerProcess = 1000
const diagnosisLength = 300
const checkerOfLogs = new URL('./checker.js', import.meta.url)

export class CheckerPool<R = Recovered> {
  readonly #options: CheckerPoolOptions
  readonly #idle: Checker<R>[] = []
  readonly #waiting: ((checker: Checker<R>) => void)[] = []
  readonly #checkers = new Set<Checker<R>>()
  #imageCount = 0

  constructor(options: CheckerPoolOptions) {
    this.#options = options
    for (let at = 0; at < options.size; at++) {
      const checker = new Checker<R>(options)
      this.#checkers.add(checker)
      this.#idle.push(checker)
    }
  }

  /** Resolves when a process is free. It belongs to the caller, who must give the image to it at once. */
  async ready(): Promise<Check<R>> {
    const checker =
      this.#idle.pop() ?? (await new Promise<Checker<R>>((resolve) => this.#waiting.push(resolve)))
    return async (image, value, isUsedFirst = false) => {
      const root = join(this.#options.directory, String(this.#imageCount++))
      mkdirSync(root)
      writeImage(image, root)
      try {
        return await checker.check({ root, directory: join(root, this.#options.name), value, isUsedFirst })
      } finally {
        rmSync(root, { recursive: true, force: true })
        const next = this.#waiting.shift()
        if (next === undefined) this.#idle.push(checker)
        else next(checker)
      }
    }
  }

  /** Ends all processes. No image may be waited for. */
  async close(): Promise<void> {
    await Promise.all([...this.#checkers].map((checker) => checker.close()))
  }
}

class Checker<R> {
  readonly #options: CheckerPoolOptions
  #child: ChildProcess | undefined
  #imagesLeft = 0
  #said = ''
  #answer:
    | { readonly resolve: (checked: Checked<R>) => void; readonly reject: (why: Error) => void }
    | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(options: CheckerPoolOptions) {
    this.#options = options
  }

  check(order: CheckOrder): Promise<Checked<R>> {
    if (this.#imagesLeft-- <= 0) this.#start()
    return new Promise((resolve, reject) => {
      this.#answer = { resolve, reject }
      this.#timer = setTimeout(() => this.#child?.kill('SIGKILL'), this.#options.checkMsMax)
      this.#child?.stdin?.write(`${JSON.stringify(order)}\n`)
    })
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer)
    const child = this.#child
    this.#child = undefined
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const closed = new Promise((resolve) => child.once('close', resolve))
    child.kill('SIGKILL')
    await closed
  }

  #start(): void {
    this.#child?.stdin?.end()
    const program = fileURLToPath(this.#options.program ?? checkerOfLogs)
    const child = spawn(process.execPath, [program, this.#options.adapterUrl], {
      stdio: ['pipe', 'ignore', 'pipe', 'pipe'],
      env: { ...process.env, FAILPOINTS: '', FAILPOINTS_SEED: '' },
    })
    this.#child = child
    this.#imagesLeft = imagesPerProcess - 1
    this.#said = ''
    // It may be dead when it is written to: how it ended is told by 'close'.
    child.stdin?.on('error', () => undefined)
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#said = (this.#said + text).slice(-diagnosisLength)
    })
    createInterface({ input: child.stdio[3] as Readable }).on('line', (line) => {
      if (child === this.#child) this.#resolve(JSON.parse(line) as CheckAnswer<R>)
    })
    child.on('close', (code, signal) => {
      if (child === this.#child) this.#onEnd(code, signal)
    })
  }

  #onEnd(code: number | null, signal: NodeJS.Signals | null): void {
    this.#imagesLeft = 0
    const said = this.#said.trim()
    const last = said === '' ? '' : `; the last it said was: ${said}`
    const how =
      signal === 'SIGKILL'
        ? `it was not open after ${this.#options.checkMsMax} ms`
        : `its process ended with ${signal === null ? `exit code ${code}` : `the signal ${signal}`}${last}`
    this.#resolve({ kind: 'ended', how })
  }

  #resolve(checked: Checked<R> | CheckAnswer<R>): void {
    clearTimeout(this.#timer)
    const answer = this.#answer
    this.#answer = undefined
    if (checked.kind === 'adapter') answer?.reject(new AdapterError(checked.why, checked.error))
    else answer?.resolve(checked)
  }
}
