import type { Finding } from '../finding.ts'
import type { ChildLife } from './child-process.ts'

/** What the process did wrong in its life, whatever it left behind. */
export function lifeDefects({ defect }: Pick<ChildLife, 'defect'>): Finding[] {
  return defect === undefined ? [] : [{ rule: 'unusable', text: defect }]
}
