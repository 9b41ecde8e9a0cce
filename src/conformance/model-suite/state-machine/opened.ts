/** An open state machine, called and looked at. */
import { join } from 'node:path'
import type { ApplyEntry, StateMachine, StateView } from '../../../state-machine/index.ts'
import type { Finding } from '../../finding.ts'
import type { StateMachineAdapter } from '../../state-machine/adapter.ts'
import { realEntry, viewOf } from '../../state-machine/entries.ts'
import { durable, perform } from '../../state-machine/kill/perform.ts'
import { describeState } from '../../state-machine/kill/story.ts'
import type { ModelView } from '../../state-machine/model.ts'
import type { Looked, LookedAfter, OpenSubject, Shown } from '../subject.ts'
import { wordsOfManifest, wordsOfReport } from './answers.ts'
import type { MachinePlace, StateCall } from './call.ts'
import { differenceOf, said } from './differences.ts'
import type { HistoryLog } from './history-log.ts'
import { labelsOfView } from './labels.ts'
import { questions } from './questions.ts'
import { receive } from './receive.ts'
import { chunkDefects } from './refused-chunks.ts'
import { findInSnapshots } from './snapshots.ts'

const noLimit = Number.MAX_SAFE_INTEGER

interface MachineParts {
  readonly adapter: StateMachineAdapter
  /** In which there are others: see {@link open}. */
  readonly directory: string
  readonly log: HistoryLog
}

/** Starts the one under test, in a directory of its own in `directory`. @throws whatever it throws */
export async function openMachine(parts: MachineParts): Promise<OpenMachine> {
  return new OpenMachine(parts, await started(parts.adapter, join(parts.directory, 'node')))
}

export class OpenMachine implements OpenSubject<StateCall, MachinePlace> {
  readonly #parts: MachineParts
  readonly #machine: StateMachine
  /** A moment that is past, and what it showed. */
  #held: { readonly view: StateView; readonly expected: string } | undefined

  constructor(parts: MachineParts, machine: StateMachine) {
    this.#parts = parts
    this.#machine = machine
  }

  /** Returns words, of which the last says how far it is durable. */
  async perform(call: StateCall): Promise<readonly string[]> {
    // A moment need not outlast the state that it is of.
    if (call.kind === 'install' || call.kind === 'reset') this.#release()
    const words = await this.#wordsOf(call)
    return [...words, durable(this.#machine)]
  }

  async look({ applied, handedIn }: MachinePlace, { when }: LookedAfter<StateCall>): Promise<Looked> {
    const { log } = this.#parts
    const { view: expected } = log.at(applied)
    const view = viewOf(this.#machine)
    const different = differenceOf(view, expected)
    const finding =
      (different && { ...different, text: `${when} it shows something else: ${different.text}` }) ??
      (await this.#otherwiseWrong({ applied, handedIn }, when))
    if (finding === undefined) this.#hold(view)
    return { shown: shownOf(view), finding }
  }

  /** What the digest is of is all there is. */
  audit(): readonly string[] {
    return []
  }

  async close(): Promise<void> {
    this.#release()
    await this.#machine.close()
  }

  abandon(): void {
    this.#machine.abandon()
  }

  async #wordsOf(call: StateCall): Promise<readonly string[]> {
    const { log } = this.#parts
    const machine = this.#machine
    switch (call.kind) {
      case 'apply': {
        const entries = log.entries(call.from, call.through)
        const given = entries.map(realEntry)
        const report = await machine.applyChunk(given)
        given.forEach(overwrite)
        return wordsOfReport(report, entries, machine)
      }
      case 'refuse': {
        const entries = chunkDefects[call.defect].entries(machine.applied())
        await machine.applyChunk(entries.map(realEntry))
        return []
      }
      case 'collect':
        return [await this.#collect(call.limit)]
      case 'snapshot':
        return wordsOfManifest(await machine.createSnapshot({ kind: call.native ? 'native' : 'stream' }))
      case 'install':
        return await this.#install(call)
      default:
        await perform({ adapter: this.#parts.adapter, machine, leader: machine, log }, call)
        return []
    }
  }

  async #collect(limit: number): Promise<string> {
    const stored = (): number => this.#machine.leases.expired(noLimit).length
    const before = stored()
    const count = await this.#machine.collectExpired(limit)
    const gone = before - stored()
    if (count > limit) return `${count}, and ${limit} are the most`
    return count === gone ? 'as many as are gone' : `${count}, and ${gone} are gone`
  }

  /** The other replica is there for the while that it takes. */
  async #install(call: Extract<StateCall, { kind: 'install' }>): Promise<readonly string[]> {
    const leader = await started(this.#parts.adapter, join(this.#parts.directory, 'leader'))
    try {
      return await receive({ machine: this.#machine, leader, log: this.#parts.log }, call)
    } finally {
      await leader.close()
    }
  }

  async #otherwiseWrong(place: MachinePlace, when: string): Promise<Finding | undefined> {
    return (
      (await this.#wrongDigest(place, when)) ??
      this.#wrongAnswer(place, when) ??
      this.#wrongMoment(when) ??
      (await findInSnapshots(this.#machine, { place, log: this.#parts.log, when }))
    )
  }

  async #wrongDigest({ applied }: MachinePlace, when: string): Promise<Finding | undefined> {
    const { at, chain, sha256 } = await this.#machine.digest({ deep: true })
    const [found, wanted] = [
      [at.index, at.chain, chain, sha256],
      [
        applied,
        this.#parts.log.at(applied).chain,
        this.#parts.log.at(applied).chain,
        this.#parts.log.digestAt(applied),
      ],
    ].map(said)
    if (found === wanted) return undefined
    const text = `${when} index, chain and digest of the canonical stream are ${found}, and should be ${wanted}`
    return { rule: 'audit', text }
  }

  #wrongAnswer({ applied }: MachinePlace, when: string): Finding | undefined {
    const { view } = this.#parts.log.at(applied)
    const isFew = this.#parts.adapter.isRemote === true
    for (const { call, ask, answer } of questions(view, isFew)) {
      const [found, wanted] = [ask(this.#machine), answer].map(said)
      if (found === wanted) continue
      const text = `${when} ${call} has answered ${found}; it should have answered ${wanted}`
      return { rule: 'outcome', text }
    }
    return undefined
  }

  /** The moment of the call before is what it was. */
  #wrongMoment(when: string): Finding | undefined {
    if (this.#held === undefined) return undefined
    const { view, expected } = this.#held
    const found = wordsOfMoment(view)
    this.#release()
    if (found === expected) return undefined
    const text = `${when} a view of the moment before it shows ${found}, and should show ${expected}`
    return { rule: 'outcome', text }
  }

  #hold(shown: ModelView): void {
    this.#release()
    const { index, rows } = shown
    const expected = said([index, ...rows.map(({ key, value, modIndex }) => [key, value, modIndex])])
    this.#held = { view: this.#machine.view(), expected }
  }

  #release(): void {
    this.#held?.view.release()
    this.#held = undefined
  }
}

/** What was handed in is the caller's again. */
function overwrite({ command }: ApplyEntry): void {
  if (command instanceof Uint8Array) command.fill(0xff)
  else for (const bytes of Object.values(command)) if (bytes instanceof Uint8Array) bytes.fill(0xff)
}

function wordsOfMoment(view: StateView): string {
  const rows = view.scan({ limit: noLimit }).items
  const texts = rows.map(([key, { value, modIndex }]) => {
    return [Buffer.from(key).toString(), Buffer.from(value).toString(), modIndex]
  })
  return said([view.at.index, ...texts])
}

/** @throws whatever it throws, and then it is given up */
async function started(adapter: StateMachineAdapter, directory: string): Promise<StateMachine> {
  const machine = adapter.create(directory)
  try {
    await machine.start()
    return machine
  } catch (error) {
    machine.abandon()
    throw error
  }
}

export function shownOf(view: ModelView): Shown {
  return { lines: describeState({ view, snapshots: [] }), labels: labelsOfView(view) }
}
