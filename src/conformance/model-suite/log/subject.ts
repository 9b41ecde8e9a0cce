/** Paxos storage on a log, as a trial asks it and judges it. */
import type { LogAdapter } from '../../adapter.ts'
import type { ContractParts } from '../../contract/index.ts'
import type { HistoryOperation } from '../../history.ts'
import { labelsIn } from '../../history-model.ts'
import { describeView } from '../../kill/explain.ts'
import { type KillStorage, perform, storageOn } from '../../kill/perform.ts'
import { readRecovered } from '../../kill/recovered.ts'
import { isDurableOnReturn } from '../../leniency.ts'
import { LogModel, type ModelView } from '../../model.ts'
import { expectedOutcome, judge } from '../../oracle.ts'
import type { Applied, OpenSubject, ReopenStep, Shown, TrialSubject } from '../subject.ts'
import { isPromised } from './history.ts'
import { look } from './look.ts'

export type LogCall = Exclude<HistoryOperation, ReopenStep>

type Model = LogModel<string>

/** `parts`: in place of the adapter's own, and of Holdfast's. */
export function createLogSubject(
  adapter: LogAdapter,
  parts: ContractParts | undefined,
): TrialSubject<LogCall, Model> {
  const { capabilities } = adapter
  return {
    capabilities,
    blank: new LogModel<string>(),
    isPromised: (step, model) => isPromised(step, model, capabilities),
    apply: (before, operation): Applied<Model> => {
      const model = before.clone()
      const isDurable = isDurableOnReturn(operation, capabilities)
      return { model, outcome: expectedOutcome(model, operation, isDurable), isDurable }
    },
    crashed: (before) => {
      const model = before.clone()
      model.crash()
      return model
    },
    labelsIn,
    labelsOf: (model) => valuesOf(model.view()),
    open: (directory) => openLog(adapter, directory, parts),
    read: (directory) => {
      const recovered = readRecovered(adapter, directory, parts)
      return {
        shown: shownOf(recovered.view),
        judge: (start, issued) => judge(start, issued, recovered, capabilities),
      }
    },
  }
}

function openLog(
  adapter: LogAdapter,
  directory: string,
  parts: ContractParts | undefined,
): OpenSubject<LogCall, Model> {
  const { capabilities, kind } = adapter
  const storage = openStorage(adapter, directory, parts)
  const hasLimit = capabilities?.readLimit !== false && kind !== 'paxos'
  return {
    perform: (operation) => perform(storage, operation),
    look: (model, { when, operation, accepted }) => {
      const known = { seen: accepted, issued: new Set(labelsIn(operation)) }
      const { view, finding } = look(storage, model, { when, known, hasLimit })
      return { shown: shownOf(view), finding }
    },
    audit: () => storage.log.audit().map((finding) => JSON.stringify(finding)),
    close: () => storage.close(),
    abandon: () => storage.log.abandon(),
  }
}

function openStorage(adapter: LogAdapter, directory: string, parts: ContractParts | undefined): KillStorage {
  const log = adapter.open(directory)
  try {
    return storageOn(log, undefined, { ...adapter.parts, ...parts })
  } catch (error) {
    log.abandon()
    throw error
  }
}

function shownOf(view: ModelView<string>): Shown {
  return { lines: describeView(view), labels: valuesOf(view) }
}

function valuesOf({ entries, meta }: ModelView<string>): ReadonlySet<string> {
  return new Set([...entries, ...meta].map(([, value]) => value))
}
