// Keeps times to live in memory alone: what is recovered stays for ever.
import adapter from '../../../dist/src/cli/adapters/lmdb-state-machine.js'
import { LmdbStateMachine } from '../../../dist/src/state-machine/index.js'

class Forgetful extends LmdbStateMachine {
  applyChunk(entries, options) {
    const without = entries.map((entry) =>
      entry.command.kind === 'put' && entry.command.ttlMs > 0
        ? { ...entry, command: { ...entry.command, ttlMs: undefined } }
        : entry,
    )
    return super.applyChunk(without, options)
  }
}

export default {
  ...adapter,
  name: 'a forgetful one',
  create: (directory, options) => new Forgetful(directory, options),
}
