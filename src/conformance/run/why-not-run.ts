/** Which suites can be run on which adapter, and what is said of those that cannot. */
import type { LogAdapter } from '../adapter.ts'
import { missingIn, type Requirement } from '../contract/index.ts'
import { whyNotFault } from '../fault/index.ts'
import type { AdapterKind } from '../kit/index.ts'
import { whyNotRecordable } from '../power-loss/index.ts'
import {
  describeMissing,
  inconclusiveSuite,
  type SuiteName,
  type SuiteResult,
  skippedSuite,
} from '../report/index.ts'
import { whyNotSurviving } from '../survives-process.ts'

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

/** What each suite can be run on, of the kit's kinds. A store of Holdfast's own port is all but a state machine. */
const kindsOf: Readonly<Partial<Record<SuiteName, readonly AdapterKind[]>>> = {
  contract: ['log', 'paxos', 'raft'],
  model: ['log', 'paxos', 'raft', 'state-machine'],
  kill: ['log', 'paxos'],
  'raft-kill': ['log', 'raft'],
  'power-loss': ['log', 'paxos', 'raft'],
  fault: ['log', 'paxos', 'raft'],
  rot: ['log', 'paxos', 'raft'],
}

function whyOfKind(name: SuiteName, { name: of, kind, stateMachineUrl }: LogAdapter): string | undefined {
  if (ofStateMachines.includes(name)) {
    return stateMachineUrl === undefined ? `${of} is no state machine, and its adapter names none` : undefined
  }
  if (kind === undefined || (kindsOf[name] ?? ['log']).includes(kind)) return undefined
  const more =
    name === 'kill' && kind === 'raft' ? 'which the suite raft-kill kills' : 'which this suite does not know'
  return `${of} is an adapter of kind ${kind}, ${more}`
}

/** Raft storage of another make is killed as it is, and not on a log. */
function needsOf(name: SuiteName, { kind }: LogAdapter): readonly Requirement[] {
  return name === 'raft-kill' && kind === 'raft' ? ['metadata'] : needs[name]
}

/** What the report says of the suite where it cannot be run on `adapter`, or on this host. `undefined`: it can. */
export function whyNotRun(name: SuiteName, adapter: LogAdapter): SuiteResult | undefined {
  const ofKind = whyOfKind(name, adapter)
  if (ofKind !== undefined) return skippedSuite(name, ofKind)
  const isMortal = inProcess.includes(name) ? undefined : whyNotSurviving(adapter)
  if (isMortal !== undefined) return skippedSuite(name, isMortal, ['survivesProcess'])
  const missing = missingIn(adapter, needsOf(name, adapter))
  if (missing.length > 0) return skippedSuite(name, describeMissing(adapter, missing), missing)
  const whyNoFaults = name === 'fault' ? whyNotFault(adapter) : undefined
  if (whyNoFaults !== undefined) return skippedSuite(name, whyNoFaults, ['lostDeferred'])
  if (!recorded.includes(name)) return undefined
  const lacking = whyNotRecordable()
  return lacking === undefined ? undefined : inconclusiveSuite(name, lacking)
}
