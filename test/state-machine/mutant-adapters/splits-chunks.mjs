// Applies a chunk entry by entry.
import adapter from '../../../dist/src/cli/adapters/lmdb-state-machine.js'
import { LmdbStateMachine } from '../../../dist/src/state-machine/index.js'

class Split extends LmdbStateMachine {
  async applyChunk(entries, options) {
    const results = []
    let report
    for (const entry of entries) {
      report = await super.applyChunk([entry], options)
      results.push(...report.results)
    }
    return { ...(report ?? (await super.applyChunk([]))), results }
  }
}

export default {
  ...adapter,
  name: 'a splitting one',
  create: (directory, options) => new Split(directory, options),
}
