import { show } from '../../arguments.ts'
import { InvalidArgumentError } from '../../errors.ts'
import type { LmdbEnvironmentOptions } from '../../lmdb/index.ts'
import type { StateMachineOptions } from '../stored/options.ts'
import { StoredStateMachine } from '../stored-state-machine.ts'
import { LmdbStateMedium } from './lmdb-state-medium.ts'

export interface LmdbStateMachineOptions
  extends StateMachineOptions,
    Pick<LmdbEnvironmentOptions, 'mapSize' | 'allowUnlocked'> {
  /**
   * How much of the data file is checked before LMDB maps it: of `off`, its size alone; of `meta`, the default, also its meta pages and
   * the root of each table; of `tree`, every page of every table, which takes a second for some 128 MiB. LMDB trusts its
   * pages, and may end the process at a damaged one that was not checked.
   */
  readonly checkFile?: StateFileCheck | undefined
}

export type StateFileCheck = (typeof stateFileChecks)[number]

const stateFileChecks = ['off', 'meta', 'tree'] as const

/**
 * A state machine on LMDB: state, applied index, clock, chain, leases and membership of a chunk are one fully synced transaction, so
 * that `durableApplied` is always `applied`. The state may be larger than memory.
 */
export class LmdbStateMachine extends StoredStateMachine {
  /**
   * @param directory  its own: made when it is opened
   * @throws {InvalidArgumentError} an option is out of range
   */
  constructor(directory: string, options: LmdbStateMachineOptions = {}) {
    const { name = 'state', failpoints, mapSize, allowUnlocked, checkFile = 'meta' } = options
    checkFileCheck(checkFile)
    const environment = { mapSize, allowUnlocked, checkFile }
    super(new LmdbStateMedium({ name, directory, failpoints, environment }), options)
  }
}

/** Rows are asked for by keys from anywhere: to remember which pages were checked, as a log does, would cost each of them. */
function checkFileCheck(check: unknown): void {
  if (stateFileChecks.some((one) => one === check)) return
  const options = stateFileChecks.join(', ')
  throw new InvalidArgumentError(
    'checkFile',
    `Cannot check a state's file by ${show(check)}: give ${options}`,
  )
}
