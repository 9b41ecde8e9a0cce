/** Runs one case of the contract against one store. Knows no test framework: a case that fails throws. */
import { AssertionError } from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FailpointRegistry } from '../../../failpoints/index.ts'
import type { LogStore } from '../../log/index.ts'
import { PaxosStorage } from '../../paxos/index.ts'
import { HardStateStore, RaftLog } from '../../raft/index.ts'
import type { LogAdapter } from '../adapter.ts'
import { AdapterError } from '../kit/adapter-error.ts'
import type {
  CaseContext,
  ContractCase,
  ContractParts,
  CreateRaftNode,
  ObservedEvent,
} from './contract-case.ts'
import { recordInto } from './event-recorder.ts'

/**
 * Runs `contractCase` on a new log of `adapter`, in a temporary directory of its own. What was opened is given up and the
 * directory is removed afterwards, also when the case fails.
 * @throws {AssertionError} the store breaks the rule
 * @throws {AdapterError} the adapter cannot be run, which says nothing about the store
 * @throws whatever the store throws where the rule lets it not
 */
export function runContractCase(
  adapter: LogAdapter,
  contractCase: ContractCase,
  parts: ContractParts = {},
): void {
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-contract-'))
  const opened: LogStore[] = []
  const failures: unknown[] = []
  const attempt = (body: () => void): void => {
    try {
      body()
    } catch (error) {
      failures.push(error)
    }
  }
  attempt(() => contractCase.run(createContext({ adapter, directory, opened, parts })))
  for (const log of opened) attempt(() => log.abandon())
  attempt(() => rmSync(directory, { recursive: true, force: true }))
  // Where the case failed, its own error says more than what the failure led to.
  if (failures.length > 0) throw adapterErrorIn(failures[0]) ?? failures[0]
}

interface Surroundings {
  readonly adapter: LogAdapter
  readonly directory: string
  /** Every log that the case opens is added here. */
  readonly opened: LogStore[]
  readonly parts: ContractParts
}

function createContext({ adapter, directory, opened, parts }: Surroundings): CaseContext {
  const failpoints = new FailpointRegistry({ seed: 0 })
  const events: ObservedEvent[] = []
  const observer = recordInto(events)
  const open = (): LogStore => {
    const openOnce = (): LogStore => adapter.open(directory, { failpoints, observer })
    const log = opened.length === 0 ? openOnce() : openAgain(openOnce)
    opened.push(log)
    return log
  }
  return {
    adapter,
    failpoints,
    directory,
    events,
    observer,
    open,
    reopen: (log) => {
      log.close()
      return open()
    },
    crash: (log) => {
      log.abandon()
      return open()
    },
    ...fullParts({ ...adapter.parts, ...parts }),
  }
}

/** What the adapter did wrong, also where the case expected another error. */
function adapterErrorIn(failure: unknown): AdapterError | undefined {
  if (failure instanceof AdapterError) return failure
  const actual: unknown = failure instanceof AssertionError ? failure.actual : undefined
  return actual instanceof AdapterError ? actual : undefined
}

/** A store that dies or hangs when it is opened on what it left has failed. Elsewhere that is no word about the store. */
function openAgain(open: () => LogStore): LogStore {
  try {
    return open()
  } catch (error) {
    if (!(error instanceof AdapterError) || (error.kind !== 'died' && error.kind !== 'hang')) throw error
    const message = `The store cannot be opened again: ${error.message}`
    throw new AssertionError({ message, actual: error.kind })
  }
}

/** `parts`, and Holdfast's own for what they leave out. */
export function fullParts(parts: ContractParts): Required<ContractParts> {
  return { createPaxosStorage: (log, options) => new PaxosStorage(log, options), createRaftNode, ...parts }
}

const createRaftNode: CreateRaftNode = (store, options) => {
  const log = new RaftLog(store, options)
  return { log, hardState: new HardStateStore(log) }
}
