import type { StateMachineAdapter } from '../../src/conformance/state-machine/index.ts'
import { FileStateMachine, LmdbStateMachine } from '../../src/state-machine/index.ts'
import type { StateMedium } from '../../src/state-machine/medium.ts'
import { StoredStateMachine } from '../../src/state-machine/stored-state-machine.ts'
import { blankDisk, type MemoryDisk, MemoryStateMedium } from './memory-state-medium.ts'

export const lmdbAdapter: StateMachineAdapter = {
  name: 'the state machine on LMDB',
  survivesProcess: true,
  isAlwaysDurable: true,
  hasNative: true,
  create: (directory, options) => new LmdbStateMachine(directory, options),
}

export const fileAdapter: StateMachineAdapter = {
  name: 'the state machine on files',
  survivesProcess: true,
  isAlwaysDurable: true,
  hasNative: false,
  create: (directory, options) => new FileStateMachine(directory, options),
}

/** Chunks are durable when they are flushed, and not before. */
export const lazyFileAdapter: StateMachineAdapter = {
  ...fileAdapter,
  name: 'the state machine on files that syncs when it is told',
  isAlwaysDurable: false,
  create: (directory, options) => new FileStateMachine(directory, { ...options, sync: 'never' }),
}

/** State machines on a `Medium` in memory, which finds again in a directory what was left there. */
export function onMemory(
  Medium: new (directory: string, disk: MemoryDisk) => StateMedium,
  Machine: typeof StoredStateMachine = StoredStateMachine,
): StateMachineAdapter {
  const disks = new Map<string, MemoryDisk>()
  return {
    name: 'the state machine in memory',
    survivesProcess: false,
    isAlwaysDurable: true,
    hasNative: false,
    create: (directory, options) => {
      const disk = disks.get(directory) ?? blankDisk()
      disks.set(directory, disk)
      return new Machine(new Medium(directory, disk), options)
    },
  }
}

export const memoryAdapter: StateMachineAdapter = onMemory(MemoryStateMedium)
