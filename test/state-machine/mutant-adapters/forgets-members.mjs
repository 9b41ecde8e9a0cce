// Applies a change of membership as an entry that does nothing.
import adapter from '../../../dist/src/cli/adapters/file-state-machine.js'
import { FileStateMachine } from '../../../dist/src/state-machine/index.js'

class Forgetful extends FileStateMachine {
  applyChunk(entries, options) {
    const without = entries.map((entry) =>
      entry.command.kind === 'config' ? { ...entry, command: { kind: 'noop' } } : entry,
    )
    return super.applyChunk(without, options)
  }
}

export default {
  ...adapter,
  name: 'one that forgets members',
  create: (directory, options) => new Forgetful(directory, options),
}
