/** Judges what a killed process has left. */
import { nameAndMessageOf } from '../../message-of.ts'
import type { LogAdapter } from '../adapter.ts'
import type { Finding } from '../finding.ts'
import type { LogModel, ModelView } from '../model.ts'
import { judge, type Recovered, type Verdict } from '../oracle.ts'
import { throwIfAdapters } from './cannot-run.ts'
import type { ChildLife } from './child-process.ts'
import { lifeDefects } from './life-defects.ts'
import { readRecovered } from './recovered.ts'

export interface JudgedPlace {
  readonly adapter: LogAdapter
  readonly directory: string
}

export interface Judged extends Verdict {
  readonly view: ModelView<string> | undefined
}

/** Reads what the process left in `directory`, and judges it. @throws {AdapterError} the adapter cannot be run */
export function judgeLife(
  { adapter, directory }: JudgedPlace,
  model: LogModel<string>,
  life: ChildLife,
): Judged {
  const defects = lifeDefects(life)
  let recovered: Recovered
  try {
    recovered = readRecovered(adapter, directory)
  } catch (error) {
    throwIfAdapters(error)
    const text = `The store cannot be opened and read after the kill: ${nameAndMessageOf(error)}`
    const { findings } = judge(model, life.issued, undefined, adapter.capabilities)
    const unusable: Finding = { rule: 'unusable', text }
    return { findings: [...findings, ...defects, unusable], survivor: undefined, view: undefined }
  }
  const { findings, survivor } = judge(model, life.issued, recovered, adapter.capabilities)
  // What a call did is told before what it led to.
  return { findings: [...findings, ...defects], survivor, view: recovered.view }
}
