/** Runs one suite, whichever it is. */

import { type LogAdapter, stateMachineUrlOf } from '../adapter.ts'
import { casesFor } from '../contract/index.ts'
import { runFaultSuite } from '../fault/index.ts'
import { runKillSuite } from '../kill/index.ts'
import { runRaftKillSuite } from '../kill-raft/index.ts'
import { runModelSuite } from '../model-suite/index.ts'
import { type PowerLossSuiteOptions, runPowerLossSuite } from '../power-loss/index.ts'
import {
  faultSuiteResult,
  killSuiteResult,
  powerLossSuiteResult,
  raftKillSuiteResult,
  rotSuiteResult,
  runContractSuite,
  type SuiteName,
  type SuiteResult,
  stateKillSuiteResult,
} from '../report/index.ts'
import { badRotOutcomes, runRotSuite } from '../rot/index.ts'
import {
  loadStateAdapter,
  runStateKillSuite,
  runStatePowerLossSuite,
  runStateSuite,
  stateCases,
} from '../state-machine/index.ts'
import { runSweepSuite } from '../sweep/index.ts'
import { modelledAdapter } from './modelled-adapter.ts'
import type { Amounts, ConformanceOptions, RunProgress } from './options.ts'
import { selectCases } from './select-cases.ts'
import { whyNotRun } from './why-not-run.ts'

export interface SuiteRun extends ConformanceOptions {
  readonly adapter: LogAdapter
  readonly adapterUrl: string
  readonly amounts: Amounts
  readonly seed: number
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
  model: async ({ adapter, adapterUrl, amounts, seed, directory, adapterArgument, signal }, tell) =>
    await runModelSuite(await modelledAdapter(adapter, adapterUrl), {
      ...{ seed, directory, adapterArgument, signal },
      ...{ histories: amounts.histories, budgetMs: amounts.modelMs, shrinkMs: amounts.shrinkMs },
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
      ...{ seed, directory, adapterArgument, signal },
      ...{ budgetMs: amounts.sweepMs, shrinkMs: amounts.shrinkMs },
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
      ...{ ...commonOf(run), adapterUrl, kills, shrinkMs: run.amounts.shrinkMs },
      onProgress: ({ kills: done, applied }) => tell(done, kills, `${applied} entries applied`),
    })
    return stateKillSuiteResult(report, {
      ...{ adapterName: run.adapter.name, adapterArgument: run.adapterArgument },
    })
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
    return faultSuiteResult(report, run.adapterArgument)
  },
  rot: async (run, tell) => {
    const { adapter, adapterUrl, adapterArgument, seed, signal, damage, operations, amounts } = run
    const report = await runRotSuite({
      ...{ adapterUrl, adapterArgument, seed, signal, damage, operations },
      damages: amounts.damages,
      onProgress: ({ damages, damagesPlanned, outcomes }) => {
        const bad = badRotOutcomes.map((outcome) => `${outcomes[outcome]} ${outcome}`).join(', ')
        tell(damages, damagesPlanned, `${outcomes.refused} refused, ${outcomes.intact} intact, ${bad}`)
      },
    })
    return rotSuiteResult(report, { adapterName: adapter.name, adapterArgument })
  },
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
