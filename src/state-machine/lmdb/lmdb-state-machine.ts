import type { LmdbEnvironmentOptions } from '../../lmdb/index.ts'
import type { StateMachineOptions } from '../stored/options.ts'
import { StoredStateMachine } from '../stored-state-machine.ts'
import { LmdbStateMedium } from './lmdb-state-medium.ts'

export interface LmdbStateMachineOptions
  extends StateMachineOptions,
    Pick<LmdbEnvironmentOptions, 'mapSize' | 'allowUnlocked'> {}

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
    const { name = 'state', failpoints, mapSize, allowUnlocked } = options
    const environment = { mapSize, allowUnlocked }
    super(new LmdbStateMedium({ name, directory, failpoints, environment }), options)
  }
}
