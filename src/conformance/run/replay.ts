/** Makes one failure again, by its token, and runs nothing else. */
import { type LogAdapter, stateMachineUrlOf } from '../adapter.ts'
import { casesFor } from '../contract/index.ts'
import { runFaultSuite } from '../fault/index.ts'
import type { HistoryOperation } from '../history.ts'
import {
  isScript,
  loadAdapter,
  parseScript,
  replayScript,
  runKillSuite,
  runScript,
  type Script,
} from '../kill/index.ts'
import { type RaftHistoryOperation, runRaftKillSuite, runRaftScript } from '../kill-raft/index.ts'
import { replayModel } from '../model-suite/index.ts'
import { whyNotRecordable } from '../power-loss/index.ts'
import {
  assertReplayable,
  type ConformReport,
  createReport,
  decodeToken,
  faultSuiteResult,
  inconclusiveSuite,
  killSuiteResult,
  type ReplayToken,
  ReplayTokenError,
  raftKillSuiteResult,
  rotSuiteResult,
  runContractSuite,
  type SuiteResult,
  scriptSuiteResult,
  stateKillSuiteResult,
  suiteVersion,
  tokenOf,
} from '../report/index.ts'
import { parseDamage, runRotSuite } from '../rot/index.ts'
import {
  loadStateAdapter,
  runStateKillSuite,
  runStateScript,
  runStateSuite,
  type StateOperation,
  stateCases,
} from '../state-machine/index.ts'
import { replaySweep } from '../sweep/index.ts'
import { modelledAdapter } from './modelled-adapter.ts'
import type { SuiteRun } from './run-suite.ts'

export type ReplayTokenOptions = Pick<SuiteRun, 'directory' | 'adapterArgument' | 'signal'>

/**
 * @throws {ReplayTokenError} the token is of another version or another adapter, or of nothing that is there
 * @throws the signal's reason
 */
export async function replayToken(
  adapterUrl: string,
  text: string,
  options: ReplayTokenOptions = {},
): Promise<ConformReport> {
  const token = decodeToken(text)
  const adapter = await loadAdapter(adapterUrl)
  assertReplayable(token, { suiteVersion, adapter: adapter.name })
  const startedAt = new Date()
  const common = { adapterUrl, seed: token.seed, ...options }
  const suite = await suiteOf(token, {
    model: async () => await replayModel(await modelledAdapter(adapter, adapterUrl), text, options),
    sweep: async () => replaySweep(adapter, text, options),
    contract: () => runContractSuite(adapter, { ...options, cases: [caseOf(token, casesFor(adapter))] }),
    'state-machine': async () => {
      const cases = [caseOf(token, stateCases)]
      const machine = await loadStateAdapter(stateMachineUrlOf(adapter, adapterUrl))
      return await runStateSuite(machine, { adapterName: adapter.name, ...options, cases })
    },
    kill: () => replayKill(token, { adapter, common }),
    'raft-kill': () => replayKill(token, { adapter, common }),
    'state-kill': () => replayStateKill(token, { adapter, common }),
    rot: () => replayRot(token, { adapter, common }),
    fault: () => replayFault(token, { adapter, common }),
  })
  const { name, version, kind, capabilities } = adapter
  return createReport({
    adapter: { name, version, kind, capabilities },
    ...{ suites: [suite], seed: token.seed, startedAt },
  })
}

interface KillPlace {
  readonly adapter: LogAdapter
  readonly common: ReplayTokenOptions & { readonly adapterUrl: string; readonly seed: number }
}

/** The shortest history that failed; or the kill as it came, where none was found. */
async function replayKill(token: ReplayToken, { adapter, common }: KillPlace): Promise<SuiteResult> {
  const { adapterArgument, adapterUrl, signal } = common
  const isRaft = token.suite === 'raft-kill'
  if (!isScript(token.path)) {
    // It was tried to be shrunk when it was found.
    const options = { ...common, kills: numberOf(token), shrinkMs: 0, lanes: ['replayable'] as const }
    return isRaft
      ? raftKillSuiteResult(await runRaftKillSuite(options), adapterArgument)
      : killSuiteResult(await runKillSuite(options), adapterArgument)
  }
  const place = { adapter, adapterUrl, signal }
  const again = { id: token.caseId, ...tokenOf(token, adapterArgument) }
  const trial = isRaft
    ? await replayScript(place, scriptOf<RaftHistoryOperation>(token), runRaftScript)
    : await replayScript(place, scriptOf<HistoryOperation>(token), runScript)
  return scriptSuiteResult(isRaft ? 'raft-kill' : 'kill', trial, again)
}

/** As {@link replayKill}, of the state machine that the adapter is or names. */
async function replayStateKill(token: ReplayToken, { adapter, common }: KillPlace): Promise<SuiteResult> {
  const { adapterArgument, signal } = common
  const adapterUrl = adapter.stateMachineUrl ?? common.adapterUrl
  const named = { adapterName: adapter.name, adapterArgument }
  if (!isScript(token.path)) {
    const options = { ...common, adapterUrl, kills: numberOf(token), shrinkMs: 0 }
    return stateKillSuiteResult(await runStateKillSuite(options), named)
  }
  const place = { adapter: await loadStateAdapter(adapterUrl), adapterUrl, signal }
  const trial = await replayScript(place, scriptOf<StateOperation>(token), runStateScript)
  return scriptSuiteResult('state-kill', trial, { id: token.caseId, ...tokenOf(token, adapterArgument) })
}

/** The one fault, in the workload that it was found in. It needs what the suite needs of its host. */
async function replayFault(token: ReplayToken, { common }: KillPlace): Promise<SuiteResult> {
  const [, operations, fault] = /^(\d{1,6})\.([1-9]\d{0,8})$/.exec(token.path) ?? []
  if (fault === undefined) throw unknown(token.path, `"${token.path}" is the number of no fault`)
  const lacking = whyNotRecordable()
  if (lacking !== undefined) return inconclusiveSuite('fault', lacking)
  const { adapterUrl, adapterArgument, seed, directory, signal } = common
  const report = await runFaultSuite({
    ...{ adapterUrl, adapterArgument, seed, directory, signal },
    ...{ operations: Number(operations), fault: Number(fault) },
  })
  return faultSuiteResult(report, adapterArgument)
}

/** The one damage, to a store that is made as it was. */
async function replayRot(token: ReplayToken, { adapter, common }: KillPlace): Promise<SuiteResult> {
  const exact = parseDamage(token.path)
  if (exact === undefined) throw unknown(token.path, 'what it holds is no damage')
  const { operations, damage: exactly } = exact
  const { adapterUrl, adapterArgument, signal, seed } = common
  const report = await runRotSuite({ adapterUrl, adapterArgument, signal, seed, operations, exactly })
  return rotSuiteResult(report, { adapterName: adapter.name, adapterArgument, caseId: token.caseId })
}

function scriptOf<O>({ path }: ReplayToken): Script<O> {
  const script = parseScript<O>(path)
  if (script !== undefined) return script
  throw unknown(path, 'what it holds is no history')
}

type Replays = Readonly<Record<string, () => Promise<SuiteResult>>>

function suiteOf(token: ReplayToken, replays: Replays): Promise<SuiteResult> {
  const replay = Object.hasOwn(replays, token.suite) ? replays[token.suite] : undefined
  if (replay !== undefined) return replay()
  const known = Object.keys(replays).join(', ')
  throw unknown(token.suite, `it is of the suite "${token.suite}", and tokens are of ${known}`)
}

function caseOf<T extends { readonly id: string }>({ caseId }: ReplayToken, cases: readonly T[]): T {
  const found = cases.find(({ id }) => id === caseId)
  if (found !== undefined) return found
  throw unknown(caseId, `there is no case ${caseId} for this adapter`)
}

/** Of a kill, from 1: those before it make the state that it finds. */
function numberOf({ path }: ReplayToken): number {
  if (/^[1-9]\d{0,5}$/.test(path)) return Number(path)
  throw unknown(path, `"${path}" is the number of no kill`)
}

function unknown(found: string, why: string): ReplayTokenError {
  return new ReplayTokenError({ kind: 'unknown', found }, `Cannot replay this token: ${why}`)
}
