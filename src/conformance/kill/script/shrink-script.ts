/**
 * Makes a failing history as short as can be: the fewest operations, then the earliest crash. Each try is a process of its own on
 * storage of its own, so how many there are is bounded, and so is how long they take.
 */
import type { Finding } from '../../finding.ts'
import type { FailureStory } from '../../report/story.ts'
import { atCalls, ShrinkLimit } from '../../shrink-limit.ts'
import type { Script, ScriptCrash } from './script.ts'

/** A call of the history, and where the log ended before it. Indexes are taken from there when others are left out. */
export interface Step<O> {
  readonly operation: O
  readonly end: number
}

/** One run of a script. */
export interface ScriptTrial {
  readonly findings: readonly Finding[]
  readonly story: FailureStory
}

export interface ShrinkScriptOptions<O> {
  /** All that was ever called on the log, oldest first; the last one is the one that the crash came in, or after. */
  readonly steps: readonly Step<O>[]
  /** How it may end, the likeliest first. */
  readonly crashes: readonly ScriptCrash[]
  /** The operations of `steps`, as they are when no others come before them. */
  readonly rebase: (steps: readonly Step<O>[]) => readonly O[]
  /** The same call with less in it, if there is less of it, the least first. */
  readonly simpler: (operation: O) => readonly O[]
  /** Whether right storage keeps such a history. Default: it keeps every one. */
  readonly isSound?: (operations: readonly O[]) => Promise<boolean>
  readonly run: (script: Script<O>) => Promise<ScriptTrial>
  /** What broke. Another failure is another story. */
  readonly finding: Finding | undefined
  /** When no more are begun, in milliseconds. */
  readonly msMax: number
  /** In milliseconds, from any moment on. Default: that of the machine. */
  readonly now?: () => number
}

export interface Shrinking<O> {
  /** `undefined`: nothing shorter failed. */
  readonly shrunk: ShrunkScript<O> | undefined
  /** Why it was not looked further, when there was more to try. */
  readonly stopped: string | undefined
}

export interface ShrunkScript<O> {
  readonly script: Script<O>
  readonly story: FailureStory
  /** Of so many runs of just this script, */
  readonly runs: number
  /** so many failed. */
  readonly failed: number
  /** Runs that it took to find it. */
  readonly attempts: number
}

/** In the time that is given when nothing is said. */
const attemptsLeast = 120
const attemptsOfSecond = 6
/** A race may be won by the storage: so often is one tried. */
const raceAttempts = 3
const raceRuns = 4

/** @throws the signal's reason, or that the adapter cannot be run */
export async function shrinkScript<O>(options: ShrinkScriptOptions<O>): Promise<Shrinking<O>> {
  const shrinker = new Shrinker(options)
  if (await shrinker.find()) {
    await shrinker.dropOperations()
    await shrinker.hasten()
    await shrinker.simplify()
    await shrinker.dropOperations()
  }
  return { shrunk: await shrinker.result(), stopped: shrinker.stopped }
}

interface Candidate<O> {
  readonly steps: readonly Step<O>[]
  readonly crash: ScriptCrash
}

interface Failing<O> extends Candidate<O> {
  readonly script: Script<O>
  readonly trial: ScriptTrial
}

/** The rule, and of a call that ended otherwise than it should also which call, and how. */
function signatureOf({ rule, text }: Finding): string {
  const [, call, ended, expected] = outcome.exec(text) ?? []
  return rule === 'outcome' && call !== undefined ? [rule, call, ended, expected].join(' ') : rule
}

const outcome = /^Operation \d+, (\w+), has (returned|thrown \w+).*it should have (returned|thrown \w+)/

class Shrinker<O> {
  readonly #options: ShrinkScriptOptions<O>
  readonly #signature: string | undefined
  readonly #limit: ShrinkLimit
  readonly #tried = new Set<string>()
  #best: Failing<O> | undefined

  constructor(options: ShrinkScriptOptions<O>) {
    this.#options = options
    const { msMax, now } = options
    this.#limit = new ShrinkLimit({ msMax, now, attemptsLeast, attemptsOfSecond })
    this.#signature = options.finding && signatureOf(options.finding)
  }

  /** Whether the last few calls alone fail, or the last few more. */
  async find(): Promise<boolean> {
    const { steps, crashes } = this.#options
    for (let count = 1; count < steps.length * 2; count *= 2) {
      for (const crash of crashes) if (await this.#try({ steps: steps.slice(-count), crash })) return true
    }
    return false
  }

  /** Without each part, large ones first, from the end on. */
  async dropOperations(): Promise<void> {
    for (let size = Math.ceil(this.#length / 2); size >= 1; ) {
      const isShorter = await this.#dropParts(size)
      if (size > 1) size = Math.ceil(size / 2)
      else if (!isShorter) return
    }
  }

  /** A crash before the last call, or after it, or the same one at an earlier hit. */
  async hasten(): Promise<void> {
    const best = this.#best
    if (best === undefined || best.crash.kind === 'after') return
    const after: ScriptCrash = { kind: 'after' }
    if (await this.#try({ steps: best.steps.slice(0, -1), crash: after })) return
    if (await this.#try({ ...best, crash: after })) return
    if (best.crash.kind !== 'failpoint') return
    for (let hit = 1; hit < best.crash.hit; hit++)
      if (await this.#try({ ...best, crash: { ...best.crash, hit } })) return
  }

  async simplify(): Promise<void> {
    for (let position = 0; position < this.#length; position++) while (await this.#simplifyAt(position));
  }

  async #simplifyAt(position: number): Promise<boolean> {
    const best = this.#best
    const step = best?.steps[position]
    if (best === undefined || step === undefined) return false
    for (const operation of this.#options.simpler(step.operation)) {
      const steps = best.steps.with(position, { ...step, operation })
      if (await this.#try({ ...best, steps })) return true
    }
    return false
  }

  /** Runs the shortest again, to tell how surely it fails. */
  async result(): Promise<ShrunkScript<O> | undefined> {
    const best = this.#best
    if (best === undefined) return undefined
    const runs = best.crash.kind === 'clock' ? raceRuns : 1
    let failed = 1
    for (let run = 0; run < runs; run++) if (await this.#fails(best.script)) failed += 1
    return {
      script: best.script,
      story: best.trial.story,
      ...{ runs: runs + 1, failed, attempts: this.#limit.attempts },
    }
  }

  get stopped(): string | undefined {
    const isFound = this.#best !== undefined
    return this.#limit.stopped(isFound ? atCalls(this.#length) : 'before anything shorter had failed')
  }

  get #length(): number {
    return this.#best?.steps.length ?? 0
  }

  async #dropParts(size: number): Promise<boolean> {
    let isShorter = false
    // What the crash comes in stays; after the last ack another call may be the last.
    const keptLast = this.#best?.crash.kind === 'after' ? 0 : 1
    for (let to = this.#length - keptLast; to > 0; to -= size) {
      const best = this.#best
      if (best === undefined) return isShorter
      const steps = best.steps.toSpliced(Math.max(0, to - size), Math.min(size, to))
      if (await this.#try({ ...best, steps })) isShorter = true
    }
    return isShorter
  }

  async #try(candidate: Candidate<O>): Promise<boolean> {
    const script = { operations: this.#options.rebase(candidate.steps), crash: candidate.crash }
    const text = JSON.stringify(script)
    if (script.operations.length === 0 || this.#tried.has(text)) return false
    this.#tried.add(text)
    if (this.#limit.isOver()) return false
    if ((await this.#options.isSound?.(script.operations)) === false) return false
    const attempts = candidate.crash.kind === 'clock' ? raceAttempts : 1
    for (let attempt = 0; attempt < attempts && !this.#limit.isOver(); attempt++) {
      const trial = await this.#fails(script)
      if (trial === undefined) continue
      this.#best = { ...candidate, script, trial }
      return true
    }
    return false
  }

  async #fails(script: Script<O>): Promise<ScriptTrial | undefined> {
    this.#limit.attempts += 1
    const trial = await this.#options.run(script)
    const [found] = trial.findings
    return found !== undefined && signatureOf(found) === this.#signature ? trial : undefined
  }
}
