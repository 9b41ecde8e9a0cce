/** A state machine, as a trial asks it and judges it. */
import { join } from 'node:path'
import type { StateDigest } from '../../../state-machine/index.ts'
import type { Finding } from '../../finding.ts'
import type { IssuedCall } from '../../kill/child-process.ts'
import { compareOutcome, type Outcome } from '../../oracle.ts'
import type { StateMachineAdapter } from '../../state-machine/adapter.ts'
import type { StateOperation } from '../../state-machine/kill/history.ts'
import { judgeState, positionAfter, type RecoveredState } from '../../state-machine/kill/oracle.ts'
import { readRecovered } from '../../state-machine/kill/recovered.ts'
import type {
  Applied,
  EndedCall,
  JudgedCall,
  JudgedRemains,
  Remains,
  ReopenStep,
  TrialSubject,
} from '../subject.ts'
import { codeIn, expectedAnswer } from './answers.ts'
import type { MachinePlace, StateCall } from './call.ts'
import { said } from './differences.ts'
import { entriesOf, type StateStep } from './history.ts'
import { clusterId, HistoryLog } from './history-log.ts'
import { labelsInStep, labelsOfView } from './labels.ts'
import { type OpenMachine, openMachine, shownOf } from './opened.ts'

/** Expired keys are not all collected with the next chunk: some are met by the calls that collect. */
const collectPerApply = 1
/** No moment is over while a history is tried. */
const viewAgeMaxMs = 600_000

type Call = StateCall | ReopenStep

/** The state machines of one trial, all of them of the log of `steps`. */
export class StateSubject implements TrialSubject<StateCall, MachinePlace> {
  readonly capabilities = undefined
  readonly blank: MachinePlace = { applied: 0, handedIn: 0 }
  readonly #adapter: StateMachineAdapter
  readonly #log: HistoryLog
  /** How far it said that it is durable. */
  #durable = 0

  constructor(adapter: StateMachineAdapter, steps: readonly StateStep[]) {
    const options = { clusterId, collectPerApply, viewAgeMaxMs }
    this.#adapter = {
      ...adapter,
      create: (directory, given) => adapter.create(directory, { ...given, ...options }),
    }
    this.#log = new HistoryLog(entriesOf(steps))
  }

  isPromised(): boolean {
    return true
  }

  /** After a crash that has left less, the log is handed in from there. */
  fitted(call: Call, { applied }: MachinePlace): Call {
    return call.kind === 'apply' && call.from > applied + 1 ? { ...call, from: applied + 1 } : call
  }

  apply({ applied, handedIn }: MachinePlace, call: Call): Applied<MachinePlace> {
    if (call.kind === 'refuse' || call.kind === 'reopen') {
      const outcome =
        call.kind === 'reopen' ? ({ kind: 'done' } as const) : expectedAnswer(this.#log, applied, call)
      return { model: { applied, handedIn }, outcome, isDurable: false }
    }
    const position = positionAfter(applied, call)
    const model = { applied: position, handedIn: call.kind === 'reset' ? 0 : Math.max(handedIn, position) }
    return { model, outcome: expectedAnswer(this.#log, applied, call), isDurable: this.#isForced(call) }
  }

  ended(at: number, call: Call, { applied, outcome }: EndedCall<MachinePlace>): JudgedCall {
    const words = wordsIn(outcome)
    const { model, outcome: expected } = applied
    const answer: Outcome = words === undefined ? outcome : { kind: 'done', result: words.slice(0, -1) }
    const findings = [...compareOutcome(at, call, { expected, outcome: answer, capabilities: undefined })]
    const durable = words === undefined ? undefined : durableIn(words)
    if (durable === undefined || findings.length > 0) {
      const isDurable = outcome.kind === 'done' && this.#durable >= model.applied
      return { findings, isDurable }
    }
    findings.push(...this.#judgeDurable(at, call, { durable, applied }))
    this.#durable = durable
    return { findings, isDurable: durable >= model.applied }
  }

  crashed({ applied, handedIn }: MachinePlace): MachinePlace {
    return { applied: Math.min(applied, this.#durable), handedIn }
  }

  labelsIn(call: Call): readonly string[] {
    return labelsInStep(call, this.#log)
  }

  labelsOf({ applied }: MachinePlace): ReadonlySet<string> {
    return labelsOfView(this.#log.at(applied).view)
  }

  open(directory: string): Promise<OpenMachine> {
    return openMachine({ adapter: this.#adapter, directory, log: this.#log })
  }

  async read(directory: string): Promise<Remains<StateCall, MachinePlace>> {
    const places = { node: join(directory, 'node'), fresh: join(directory, 'fresh') }
    const recovered = await readRecovered(this.#adapter, places)
    return { shown: shownOf(recovered.view), judge: (start, issued) => this.#judge(start, issued, recovered) }
  }

  #judge(
    start: MachinePlace,
    issued: readonly IssuedCall<Call>[],
    recovered: RecoveredState,
  ): JudgedRemains<MachinePlace> {
    const { findings, handedIn } = judgeState(this.#log, start, issued.flatMap(asJudged), recovered)
    const wrong = findings.length > 0 ? findings : this.#judgeDigest(recovered)
    const applied = recovered.view.index
    if (wrong.length > 0) return { findings: wrong, survivor: undefined }
    this.#durable = applied
    return { findings: [], survivor: { applied, handedIn } }
  }

  #judgeDigest({ view: { index }, digest }: RecoveredState): Finding[] {
    const { chain, sha256 } = JSON.parse(digest) as StateDigest
    const [found, wanted] = [
      [chain, sha256],
      [this.#log.at(index).chain, this.#log.digestAt(index)],
    ].map(said)
    if (found === wanted) return []
    const text = `Chain and digest of the canonical stream are ${found} at index ${index}, and should be ${wanted}`
    return [{ rule: 'audit', text }]
  }

  #judgeDurable(
    at: number,
    call: Call,
    { durable, applied }: { readonly durable: number; readonly applied: Applied<MachinePlace> },
  ): Finding[] {
    const most = applied.model.applied
    const least = applied.isDurable ? most : call.kind === 'reset' ? 0 : Math.min(this.#durable, most)
    if (durable >= least && durable <= most) return []
    const wanted = least === most ? `${most}` : `${least} to ${most}`
    const text = `Operation ${at + 1}, ${call.kind}, has left all up to ${durable} durable; it should be ${wanted}`
    return [{ rule: 'outcome', text }]
  }

  /** Whether all is durable when it has returned, whatever the medium's policy is. */
  #isForced({ kind }: StateCall): boolean {
    return this.#adapter.isAlwaysDurable || ['install', 'flush', 'checkpoint', 'reset'].includes(kind)
  }
}

/** `undefined`: it answered with none. */
function wordsIn(outcome: Outcome): readonly string[] | undefined {
  return outcome.kind === 'done' && Array.isArray(outcome.result) ? outcome.result : undefined
}

function durableIn(words: readonly string[]): number {
  return Number(words.at(-1)?.slice('durable '.length))
}

/** As the oracle is told of it. A chunk that was refused is nothing that it knows of. */
function asJudged({ operation, outcome }: IssuedCall<Call>): IssuedCall<StateOperation>[] {
  if (operation.kind === 'refuse') return []
  const words = outcome && wordsIn(outcome)
  if (outcome?.kind !== 'done') return [{ operation, outcome }]
  const codes =
    operation.kind === 'apply' ? words?.slice(0, operation.through - operation.from + 1).map(codeIn) : []
  return [{ operation, outcome: { kind: 'done', result: [...(codes ?? []), words?.at(-1) ?? 'durable 0'] } }]
}
