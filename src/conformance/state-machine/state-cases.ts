/** All that is promised, case by case. */
import { casCases } from './cases/cas.ts'
import { chunkCases } from './cases/chunks.ts'
import { faultCases } from './cases/faults.ts'
import { installCases } from './cases/install.ts'
import { leaseCases } from './cases/leases.ts'
import { lifeCases } from './cases/life.ts'
import { readCases } from './cases/reads.ts'
import { resetCases } from './cases/reset.ts'
import { snapshotCases } from './cases/snapshots.ts'
import { writeCases } from './cases/writes.ts'
import type { StateCase } from './state-case.ts'

/** Every case, in the order in which they are best read. */
export const stateCases: readonly StateCase[] = [
  ...lifeCases,
  ...writeCases,
  ...casCases,
  ...chunkCases,
  ...leaseCases,
  ...readCases,
  ...snapshotCases,
  ...installCases,
  ...resetCases,
  ...faultCases,
]
