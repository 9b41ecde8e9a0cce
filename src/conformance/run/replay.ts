/** Makes one failure again, by its token, and runs nothing else. */
import { type ContractCase, casesFor } from '../contract/index.ts'
import { loadAdapter, runKillSuite } from '../kill/index.ts'
import { runRaftKillSuite } from '../kill-raft/index.ts'
import { replayModel } from '../model-suite/index.ts'
import {
  assertReplayable,
  type ConformReport,
  createReport,
  decodeToken,
  killSuiteResult,
  type ReplayToken,
  ReplayTokenError,
  raftKillSuiteResult,
  runContractSuite,
  type SuiteResult,
  suiteVersion,
} from '../report/index.ts'
import { replaySweep } from '../sweep/index.ts'
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
    model: async () => replayModel(adapter, text, options),
    sweep: async () => replaySweep(adapter, text, options),
    contract: () => runContractSuite(adapter, { ...options, cases: [caseOf(token, casesFor(adapter))] }),
    kill: async () =>
      killSuiteResult(await runKillSuite({ ...common, kills: numberOf(token), lanes: ['replayable'] })),
    'raft-kill': async () =>
      raftKillSuiteResult(await runRaftKillSuite({ ...common, kills: numberOf(token) })),
  })
  const { name, version, kind, capabilities } = adapter
  return createReport({
    adapter: { name, version, kind, capabilities },
    ...{ suites: [suite], seed: token.seed, startedAt },
  })
}

type Replays = Readonly<Record<string, () => Promise<SuiteResult>>>

function suiteOf(token: ReplayToken, replays: Replays): Promise<SuiteResult> {
  const replay = Object.hasOwn(replays, token.suite) ? replays[token.suite] : undefined
  if (replay !== undefined) return replay()
  const known = Object.keys(replays).join(', ')
  throw unknown(token.suite, `it is of the suite "${token.suite}", and tokens are of ${known}`)
}

function caseOf({ caseId }: ReplayToken, cases: readonly ContractCase[]): ContractCase {
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
