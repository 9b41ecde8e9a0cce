/** Spawns a child, kills it at its moment, and hands back all that it said. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import type { HistoryOperation } from '../history.ts'
import { AdapterError } from '../kit/index.ts'
import { sharedGroupVariable } from '../line-protocol/index.ts'
import type { Outcome } from '../oracle.ts'
import { LastWords, type OwnEnd } from './own-end.ts'
import { type ChildLine, lifeDescriptor } from './protocol.ts'
import { type CallKill, failpointsOf, type KillKind, type KillPlan } from './schedule.ts'

/** A child that has said nothing for so long hangs. */
const silenceMaxMs = 60_000

/** A call, and how it ended; `undefined`: it was in flight when the process died. */
export interface IssuedCall<O> {
  readonly operation: O
  readonly outcome: Outcome | undefined
}

export interface ChildLife<O = HistoryOperation> {
  readonly issued: readonly IssuedCall<O>[]
  /** How it really died. A failpoint that was never hit leaves a kill by acks. */
  readonly killedBy: KillKind | 'nobody'
  /** What it died of when nobody had killed it, or what the store threw at opening. */
  readonly defect: string | undefined
  /** How it ended, when that was not the kill that was planned. */
  readonly ownEnd: OwnEnd | undefined
}

const paxosChild = new URL('./child.js', import.meta.url)

/**
 * Runs `program` with `orders`, as JSON, for its only argument. Resolves when the child is dead and everything it said is read.
 * @throws the signal's reason, when the child is dead
 * @throws {AdapterError} the adapter cannot be run
 */
export async function liveAndDie<O = HistoryOperation>(
  plan: KillPlan | CallKill,
  orders: object,
  signal?: AbortSignal,
  program: URL = paxosChild,
): Promise<ChildLife<O>> {
  signal?.throwIfAborted()
  const child = spawn(process.execPath, [fileURLToPath(program), JSON.stringify(orders)], {
    // The last pipe ends when everything is dead that has it, and the child's own children have it.
    stdio: ['pipe', 2, 'pipe', 'pipe', 'pipe'],
    // In a process group of its own: an interrupt from the terminal is for us, who then kill it, with all that it started.
    detached: true,
    env: {
      ...process.env,
      FAILPOINTS: plan.kind === 'call' ? '' : failpointsOf(plan),
      FAILPOINTS_SEED: '',
      [sharedGroupVariable]: String(lifeDescriptor),
    },
  })
  const life = child.stdio[lifeDescriptor] as Readable
  life.resume()
  // A child that ended by itself, or killed itself, leaves nothing behind either.
  child.once('exit', () => killGroup(child))
  const watch = new ChildWatch<O>(child, plan)
  const onAbort = (): void => watch.kill()
  signal?.addEventListener('abort', onAbort)
  try {
    // 'close', not 'exit': only then are the pipes read to their ends, and all processes of the group dead.
    const [code, by] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
    signal?.throwIfAborted()
    return watch.life(code, by)
  } finally {
    signal?.removeEventListener('abort', onAbort)
    watch.stop()
  }
}

/** The child, and the storage's own processes where it has some. */
function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

class ChildWatch<O> {
  readonly #child: ChildProcess
  readonly #plan: KillPlan | CallKill
  readonly #issued: IssuedCall<O>[] = []
  readonly #timers = new Set<NodeJS.Timeout>()
  readonly #lastWords = new LastWords()
  #silence: NodeJS.Timeout
  #unread = ''
  #isWaiting = false
  #isSilent = false
  #isKilled = false
  #broken: string | undefined
  #bug: string | undefined
  #notRun: AdapterError | undefined

  constructor(child: ChildProcess, plan: KillPlan | CallKill) {
    this.#child = child
    this.#plan = plan
    this.#silence = setTimeout(() => this.#onSilence(), silenceMaxMs)
    const lines = child.stdio[3] as Readable
    lines.setEncoding('utf8')
    lines.on('data', (text: string) => this.#onText(text))
    child.stderr?.on('data', (chunk: Uint8Array) => this.#lastWords.hear(chunk))
    if (plan.kind === 'opening' && plan.since === 'spawn') this.#killIn(plan.delayMs)
  }

  kill(): void {
    this.#isKilled = true
    killGroup(this.#child)
  }

  stop(): void {
    for (const timer of [...this.#timers, this.#silence]) clearTimeout(timer)
  }

  life(code: number | null, by: NodeJS.Signals | null): ChildLife<O> {
    if (this.#bug !== undefined) throw new Error(`The kill suite itself failed in its child: ${this.#bug}`)
    if (this.#notRun !== undefined) throw this.#notRun
    if (this.#broken !== undefined)
      return this.#notKilled(this.#broken, 'given up, for the store threw where it never may')
    if (this.#isSilent) {
      const silence = `it said nothing for ${silenceMaxMs} ms`
      return this.#notKilled(`The process hung: ${silence}`, `given up, for it hung: ${silence}`)
    }
    if (by !== 'SIGKILL') {
      const how = by === null ? `with exit code ${code}` : `of the signal ${by}`
      const text = `ended by itself, ${how}`
      return this.#notKilled(`The process ${text}, and not by SIGKILL`, text)
    }
    const planned = this.#plan.kind === 'call' ? 'clock' : this.#plan.kind
    const killedBy = this.#isWaiting ? 'ack' : planned
    return { issued: this.#issued, killedBy, defect: undefined, ownEnd: undefined }
  }

  #notKilled(defect: string, text: string): ChildLife<O> {
    const ownEnd = { text, stderr: this.#lastWords.lines }
    return { issued: this.#issued, killedBy: 'nobody', defect, ownEnd }
  }

  #onText(text: string): void {
    this.#silence.refresh()
    const lines = (this.#unread + text).split('\n')
    // What follows the last newline is not a whole line, and perhaps never will be.
    this.#unread = lines.pop() ?? ''
    for (const line of lines) this.#onLine(JSON.parse(line) as ChildLine<O>)
  }

  #onLine(line: ChildLine<O>): void {
    switch (line.kind) {
      case 'opening':
        if (this.#plan.kind === 'opening' && this.#plan.since === 'opening') this.#killIn(this.#plan.delayMs)
        break
      case 'opened':
        if (this.#plan.kind === 'clock') this.#killIn(this.#plan.delayMs)
        break
      case 'intent':
        this.#issued.push({ operation: line.operation, outcome: undefined })
        if (this.#plan.kind === 'call' && this.#issued.length === this.#plan.call)
          this.#killIn(this.#plan.delayMs)
        break
      case 'ack':
        this.#ack(line)
        break
      case 'waiting':
        this.#isWaiting = true
        this.kill()
        break
      case 'broken':
        this.#broken ??= line.error
        this.kill()
        break
      case 'adapter':
        this.#notRun ??= new AdapterError(line.why, line.error)
        this.kill()
        break
      case 'bug':
        this.#bug ??= line.error
        this.kill()
        break
      default:
        line satisfies never
    }
  }

  #ack({ outcome }: Extract<ChildLine<O>, { kind: 'ack' }>): void {
    const last = this.#issued.pop()
    if (last === undefined) throw new Error('The child acked what it had not announced')
    this.#issued.push({ ...last, outcome })
  }

  #killIn(delayMs: number): void {
    if (!this.#isKilled) this.#timers.add(setTimeout(() => this.kill(), delayMs))
  }

  #onSilence(): void {
    this.#isSilent = true
    this.kill()
  }
}
