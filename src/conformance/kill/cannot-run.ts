import { AdapterError } from '../kit/index.ts'

/**
 * For what was thrown when a storage was opened after a crash. There, to die or to hang is a failure of the storage, which may
 * have choked on what the crash left; what else is wrong with an adapter is no failure of the storage.
 * @throws {AdapterError} `error`, when it is not about the storage
 */
export function throwIfAdapters(error: unknown): void {
  if (error instanceof AdapterError && error.kind !== 'died' && error.kind !== 'hang') throw error
}
