/** Runs one suite, whichever it is. */

import { type LogAdapter, stateMachineUrlOf } from '../adapter.ts'
import { casesFor, missingIn, type Requirement } from '../contract/index.ts'
import { runFaultSuite, whyNotFault } from '../fault/index.ts'
import { runKillSuite } from '../kill/index.ts'
import { runRaftKillSuite } from '../kill-raft/index.ts'
import type { AdapterKind } from '../kit/index.ts'
import { runModelSuite } from '../model-suite/index.ts'
import { type PowerLossSuiteOptions, runPowerLossSuite, whyNotRecordable } from '../power-loss/index.ts'
import {
  describeMissing,
  faultSuiteResult,
  inconclusiveSuite,
  killSuiteResult,
  powerLossSuiteResult,
  raftKillSuiteResult,
  rotSuiteResult,
  runContractSuite,
  type SuiteName,
  type SuiteResult,
  skippedSuite,
  stateKillSuiteResult,
} from '../report/index.ts'
import { badRotOutcomes, type RotReport, runRotSuite } from '../rot/index.ts'
import {
  loadStateAdapter,
  runStateKillSuite,
  runStatePowerLossSuite,
  runStateSuite,
  stateCases,
} from '../state-machine/index.ts'
import { whyNotSurviving } from '../survives-process.ts'
import { runSweepSuite } from '../sweep/index.ts'
import type { Amounts, ConformanceOptions, RunProgress } from './options.ts'
import { selectCases } from './select-cases.ts'

export interface SuiteRun extends ConformanceOptions {
  readonly adapter: LogAdapter
  readonly adapterUrl: string
  readonly amounts: Amounts
  readonly seed: number
}

/** Those that need no storage that outlives its process. */
const inProcess: readonly SuiteName[] = ['contract', 'model', 'state-machine', 'sweep']

/** Those that record system calls. */
const recorded: readonly SuiteName[] = ['power-loss', 'fault', 'state-power-loss']

const ofStateMachines: readonly SuiteName[] = ['state-machine', 'state-kill', 'state-power-loss']

/** What each suite needs of a storage, beside that it outlives its process. */
const needs: Readonly<Record<SuiteName, readonly Requirement[]>> = {
  contract: [],
  model: [],
  'state-machine': [],
  sweep: ['failpoints'],
  kill: [],
  'raft-kill': [
    'replaceSuffix',
    'trim',
    'floor',
    'metadata',
    'batch',
    'defer',
    'endRemembered',
    'typedErrors',
  ],
  'power-loss': [],
  fault: [],
  rot: [],
  'state-kill': [],
  'state-power-loss': [],
}

/** @throws the signal's reason */
export async function runSuite(name: SuiteName, run: SuiteRun): Promise<SuiteResult> {
  const whyNot = whyNotRun(name, run.adapter)
  if (whyNot !== undefined) return whyNot
  let last: RunProgress | undefined
  const tell = (done: number, planned: number, note: string): void => {
    last = { suite: name, done, planned, note, isOver: false }
    run.onProgress?.(last)
  }
  try {
    return await runners[name](run, tell)
  } finally {
    if (last !== undefined) run.onProgress?.({ ...last, isOver: true })
  }
}

/** What each suite can be run on, of the kit's kinds. A store of Holdfast's own port is all but a state machine. */
const kindsOf: Readonly<Partial<Record<SuiteName, readonly AdapterKind[]>>> = {
  contract: ['log', 'paxos', 'raft'],
  model: ['log', 'paxos'],
  kill: ['log', 'paxos'],
  'raft-kill': ['log'],
  'power-loss': ['log', 'paxos'],
}

function whyOfKind(name: SuiteName, { name: of, kind, stateMachineUrl }: LogAdapter): string | undefined {
  if (ofStateMachines.includes(name)) {
    return stateMachineUrl === undefined ? `${of} is no state machine, and its adapter names none` : undefined
  }
  if (kind === undefined || (kindsOf[name] ?? ['log']).includes(kind)) return undefined
  const more =
    name === 'raft-kill' && kind === 'raft'
      ? 'and this suite kills Raft storage with its snapshots beside it, on a log'
      : 'which this suite does not know'
  return `${of} is an adapter of kind ${kind}, ${more}`
}

function whyNotRun(name: SuiteName, adapter: LogAdapter): SuiteResult | undefined {
  const ofKind = whyOfKind(name, adapter)
  if (ofKind !== undefined) return skippedSuite(name, ofKind)
  const isMortal = inProcess.includes(name) ? undefined : whyNotSurviving(adapter)
  if (isMortal !== undefined) return skippedSuite(name, isMortal, ['survivesProcess'])
  const missing = missingIn(adapter, needs[name])
  if (missing.length > 0) return skippedSuite(name, describeMissing(adapter, missing), missing)
  const whyNoFaults = name === 'fault' ? whyNotFault(adapter) : undefined
  if (whyNoFaults !== undefined) return skippedSuite(name, whyNoFaults, ['lostDeferred'])
  if (!recorded.includes(name)) return undefined
  const lacking = whyNotRecordable()
  return lacking === undefined ? undefined : inconclusiveSuite(name, lacking)
}

type Tell = (done: number, planned: number, note: string) => void
type Runner = (run: SuiteRun, tell: Tell) => Promise<SuiteResult>

const failed = (count: number): string => (count > 0 ? `, ${count} failed` : '')

const runners: Readonly<Record<SuiteName, Runner>> = {
  contract: ({ adapter, filter, adapterArgument, signal }, tell) => {
    const cases = casesFor(adapter)
    return runContractSuite(adapter, {
      ...{ signal, adapterArgument },
      cases: filter === undefined ? cases : selectCases(filter, cases),
      onProgress: (done, bad, planned) => tell(done, planned, bad > 0 ? `${bad} failed` : ''),
    })
  },
  model: ({ adapter, amounts, seed, directory, adapterArgument, signal }, tell) =>
    runModelSuite(adapter, {
      ...{ seed, directory, adapterArgument, signal },
      ...{ histories: amounts.histories, budgetMs: amounts.modelMs },
      onProgress: ({ histories, planned, operations, failures }) =>
        tell(histories, planned, `${operations} operations${failed(failures)}`),
    }),
  'state-machine': async (run, tell) => {
    const { adapter, filter, adapterArgument, signal } = run
    return await runStateSuite(await loadStateAdapter(stateMachineUrlOf(run.adapter, run.adapterUrl)), {
      ...{ adapterName: adapter.name, adapterArgument, signal },
      cases: filter === undefined ? stateCases : selectCases(filter, stateCases),
      onProgress: (done, bad, planned) => tell(done, planned, bad > 0 ? `${bad} failed` : ''),
    })
  },
  sweep: ({ adapter, amounts, seed, directory, adapterArgument, signal }, tell) =>
    runSweepSuite(adapter, {
      ...{ seed, directory, adapterArgument, signal, budgetMs: amounts.sweepMs },
      onProgress: ({ trials, planned, failures }) =>
        tell(trials, planned, failures > 0 ? `${failures} failed` : ''),
    }),
  kill: async (run, tell) => {
    const { kills } = run.amounts
    const report = await runKillSuite({
      ...commonOf(run),
      ...{ kills, shrinkMs: run.amounts.shrinkMs },
      onProgress: ({ kills: done, operations, ackedCommits, failures }) =>
        tell(done, kills, `${operations} operations, ${ackedCommits} acked commits${failed(failures)}`),
    })
    return killSuiteResult(report, run.adapterArgument)
  },
  'raft-kill': async (run, tell) => {
    const kills = run.amounts.raftKills
    const report = await runRaftKillSuite({
      ...commonOf(run),
      ...{ kills, shrinkMs: run.amounts.shrinkMs },
      onProgress: ({ kills: done, operations, failures }) =>
        tell(done, kills, `${operations} operations${failed(failures)}`),
    })
    return raftKillSuiteResult(report, run.adapterArgument)
  },
  'power-loss': async (run, tell) =>
    powerLossSuiteResult(await runPowerLossSuite(powerLossOf(run, run.amounts.images, tell))),
  'state-kill': async (run, tell) => {
    const kills = run.amounts.stateKills
    const adapterUrl = stateMachineUrlOf(run.adapter, run.adapterUrl)
    const report = await runStateKillSuite({
      ...{ ...commonOf(run), adapterUrl, kills },
      onProgress: ({ kills: done, applied }) => tell(done, kills, `${applied} entries applied`),
    })
    return stateKillSuiteResult(report, { adapterUrl, adapterArgument: run.adapterArgument })
  },
  'state-power-loss': async (run, tell) => {
    const options = powerLossOf(run, run.amounts.stateImages, tell)
    // A call of a state machine has many moments: few images of each, to see more of them.
    const few = { imagesPerMoment: 12, adapterUrl: stateMachineUrlOf(run.adapter, run.adapterUrl) }
    const report = await runStatePowerLossSuite({ ...options, ...few })
    return powerLossSuiteResult(report, 'state-power-loss')
  },
  fault: async (run, tell) => {
    const { fault, operations } = run
    const report = await runFaultSuite({
      ...commonOf(run),
      ...{ faults: run.amounts.faults, fault, operations },
      onProgress: ({ faults, faultsPlanned, failures, outcomes: { refused, poisoned, ended } }) =>
        tell(
          faults,
          faultsPlanned,
          `${refused} refused, ${poisoned} poisoned, ${ended} ended${failed(failures)}`,
        ),
    })
    return faultSuiteResult(report)
  },
  rot: async (run, tell) => {
    const { checkedUrl } = run.adapter
    if (checkedUrl === undefined) return rotSuiteResult(await runRot(run, tell))
    const judged = await runRot({ ...run, adapterUrl: checkedUrl }, tell)
    return rotSuiteResult(judged, await runRot({ ...run, isObserving: true }, tell))
  },
}

function runRot(run: SuiteRun & { readonly isObserving?: boolean }, tell: Tell): Promise<RotReport> {
  const { adapterUrl, adapterArgument, seed, signal, damage, operations, isObserving, amounts } = run
  return runRotSuite({
    ...{ adapterUrl, adapterArgument, seed, signal, damage, operations, isObserving },
    damages: amounts.damages,
    onProgress: ({ damages, damagesPlanned, outcomes }) => {
      const bad = badRotOutcomes.map((outcome) => `${outcomes[outcome]} ${outcome}`).join(', ')
      tell(damages, damagesPlanned, `${outcomes.refused} refused, ${outcomes.intact} intact, ${bad}`)
    },
  })
}

function powerLossOf(run: SuiteRun, images: number, tell: Tell): PowerLossSuiteOptions {
  return {
    ...commonOf(run),
    ...{ images, model: run.model, secondCrashes: run.secondCrashes },
    onProgress: ({ images: done, workloads, ackedCommits, failures }) =>
      tell(
        Math.min(done, images),
        images,
        `${workloads} workloads, ${ackedCommits} acked commits${failed(failures)}`,
      ),
  }
}

function commonOf({ adapterUrl, adapterArgument, seed, directory, signal }: SuiteRun) {
  return { adapterUrl, adapterArgument, seed, directory, signal } as const
}
