/**
 * Histories of a state machine, with calls left out, and how they are run again. A history that is written down holds its log: each
 * operation has the entries that it is the first to hand in, so that it needs no seed.
 */
import { dirname, join } from 'node:path'
import { type IssuedCall, liveAndDie } from '../../kill/child-process.ts'
import { crashOf, saidOf } from '../../kill/own-end.ts'
import { describeCrash, type Script } from '../../kill/script/script.ts'
import { type ScriptPlace, withScript } from '../../kill/script/script-place.ts'
import type { ScriptTrial, Step } from '../../kill/script/shrink-script.ts'
import type { StateMachineAdapter } from '../adapter.ts'
import type { ModelEntry } from '../model.ts'
import type { StateChildOrders } from './child.ts'
import type { StateOperation } from './history.ts'
import { judgeStateLife } from './judge-life.ts'
import { broughtBy, logOf, type StateLog } from './log.ts'
import { positionAfter } from './oracle.ts'
import { storyOf } from './story.ts'

const program = new URL('./child.js', import.meta.url)
const blank = { applied: 0, handedIn: 0 }

/** @throws the signal's reason @throws {AdapterError} the adapter cannot be run */
export function runStateScript(
  place: ScriptPlace<StateMachineAdapter>,
  script: Script<StateOperation>,
): Promise<ScriptTrial> {
  const { adapter, signal } = place
  return withScript(place, script, async (plan, orders) => {
    const { directory } = orders
    const scripted = { ...orders, leaderDirectory: join(dirname(directory), 'leader') }
    const life = await liveAndDie<StateOperation>(plan, scripted satisfies StateChildOrders, signal, program)
    const log = logOf(script.operations)
    const { findings, recovered } = await judgeStateLife({ adapter, directory, log }, blank, life)
    const crash = crashOf(life, describeCrash(script))
    const story = storyOf({ log, applied: 0, issued: life.issued, crash, recovered, findings })
    return { findings, story: { ...story, ...saidOf(life) } }
  })
}

/** The calls of one process, on a state machine that was at `applied`: each with the entries of `log` that it hands in. */
export function stepsOf(
  log: StateLog,
  applied: number,
  issued: readonly IssuedCall<StateOperation>[],
): Step<StateOperation>[] {
  let end = applied
  return issued.map(({ operation }) => {
    const step = { operation: withEntries(log, end, operation), end }
    end = positionAfter(end, operation)
    return step
  })
}

function withEntries(log: StateLog, applied: number, operation: StateOperation): StateOperation {
  if (operation.kind === 'apply')
    return { ...operation, entries: log.entries(operation.from, operation.through) }
  if (operation.kind === 'install')
    return { ...operation, entries: log.entries(applied + 1, operation.through) }
  return operation
}

/** On a new state machine: entries are handed in from where it is now, and are of one log, whatever is left out of it. */
export function rebase(steps: readonly Step<StateOperation>[]): StateOperation[] {
  const writer = new LogWriter()
  return steps.map(({ operation, end }) => {
    if (operation.kind === 'apply') return writer.apply(operation, end)
    if (operation.kind === 'install') return writer.install(operation)
    if (operation.kind === 'reset') writer.applied = 0
    return operation
  })
}

type Handing<K extends StateOperation['kind']> = Extract<StateOperation, { kind: K }>

class LogWriter {
  applied = 0
  #length = 0
  #term = 1
  /** Of the replica that snapshots come from, which is never reset. */
  #leader = 0

  apply({ kind, from, through, entries = [] }: Handing<'apply'>, end: number): StateOperation {
    const moved = Math.max(1, from + this.applied - end)
    // What would come before the first entry is left out.
    const first = Math.max(0, moved - (from + this.applied - end))
    const last = Math.max(moved - 1, through + this.applied - end)
    const brought = this.#bring(last, moved, entries.slice(first))
    this.applied = Math.max(this.applied, last)
    return { kind, from: moved, through: last, entries: brought }
  }

  install({ kind, native, entries = [] }: Handing<'install'>): StateOperation {
    const through = Math.max(this.applied + entries.length, this.#leader + 1)
    const brought = this.#bring(through, this.applied + 1, entries)
    this.applied = through
    this.#leader = through
    return { kind, native, through, entries: brought }
  }

  /** Those of the log up to `through` that nothing has brought yet: of `entries`, the first of which is at `from`. */
  #bring(through: number, from: number, entries: readonly ModelEntry[]): ModelEntry[] {
    const brought: ModelEntry[] = []
    for (let index = this.#length + 1; index <= through; index++) {
      const source = entries[index - from] ?? { term: this.#term, command: { kind: 'noop' } }
      this.#term = Math.max(this.#term, source.term)
      brought.push({ ...source, index, term: this.#term })
    }
    this.#length = Math.max(this.#length, through)
    return brought
  }
}

/** With less in it, the least first. */
export function simpler(operation: StateOperation): StateOperation[] {
  const entries = broughtBy(operation)
  if (entries.length < 2) return []
  const half = Math.ceil(entries.length / 2)
  const some = [
    entries.slice(0, half),
    entries.slice(half),
    ...(entries.length > 2 ? entries.map((_, at) => entries.toSpliced(at, 1)) : []),
  ]
  return some.map((kept) => withOnly(operation, kept))
}

function withOnly(operation: StateOperation, entries: readonly ModelEntry[]): StateOperation {
  if (operation.kind === 'apply')
    return { ...operation, entries, through: operation.from + entries.length - 1 }
  return operation.kind === 'install' ? { ...operation, entries } : operation
}
