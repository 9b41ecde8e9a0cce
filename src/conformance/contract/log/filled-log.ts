/** Where many cases begin. */
import type { LogStore } from '../../../log/index.ts'
import type { CaseContext } from '../contract-case.ts'
import { append, numbered } from '../log-ops.ts'

/** Opens the case's log and appends `count` entries, `e0`, `e1`, ..., in one commit. */
export function openFilled(context: CaseContext, count: number): LogStore {
  const log = context.open()
  log.commit([append(...numbered(count))])
  return log
}
