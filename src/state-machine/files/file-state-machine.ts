import { reasonOf } from '../../errors.ts'
import { notify } from '../../observer.ts'
import type { StateMachineOptions } from '../stored/options.ts'
import { StoredStateMachine } from '../stored-state-machine.ts'
import { FilesStateMedium } from './files-state-medium.ts'
import type { CheckpointEvent, FilesOptions } from './options.ts'

export interface FileStateMachineOptions extends StateMachineOptions, FilesOptions {}

/**
 * A state machine on files: the state is in memory, what each chunk did in a log that is synced before the chunk is answered, and
 * from time to time all of it in a checkpoint. The state must fit into memory, and opening takes time with it.
 */
export class FileStateMachine extends StoredStateMachine {
  /**
   * @param directory  its own: made when it is opened
   * @throws {InvalidArgumentError} an option is out of range
   */
  constructor(directory: string, options: FileStateMachineOptions = {}) {
    const { name = 'state', failpoints } = options
    const onCheckpoint = (event: CheckpointEvent): void => {
      tellOfCheckpoint(name, options, event)
      options.onCheckpoint?.(event)
    }
    super(new FilesStateMedium({ name, directory, failpoints }, { ...options, onCheckpoint }), options)
  }
}

function tellOfCheckpoint(
  log: string,
  { observer }: FileStateMachineOptions,
  { durationMs, bytes, error }: CheckpointEvent,
): void {
  if (error === undefined) notify(() => observer?.onCheckpoint?.({ log, durationMs, bytes }))
  else notify(() => observer?.onCheckpointFailure?.({ log, durationMs, reason: reasonOf(error), error }))
}
