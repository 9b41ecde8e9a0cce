import type { StateMachineOptions } from '../stored/options.ts'
import { StoredStateMachine } from '../stored-state-machine.ts'
import { FilesStateMedium } from './files-state-medium.ts'
import type { FilesOptions } from './options.ts'

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
    super(new FilesStateMedium({ name, directory, failpoints }, options), options)
  }
}
