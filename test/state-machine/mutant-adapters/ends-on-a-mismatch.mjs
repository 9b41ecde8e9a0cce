// Takes a failed compare-and-swap for a mistake of its own, and ends.
import adapter from '../../../dist/src/cli/adapters/lmdb-state-machine.js'
import { LmdbStateMachine } from '../../../dist/src/state-machine/index.js'

class Asserting extends LmdbStateMachine {
  async applyChunk(entries, options) {
    const report = await super.applyChunk(entries, options)
    if (report.results.some(({ code }) => code === 'CAS_MISMATCH')) {
      process.stderr.write('assertion failed: the expected value is there\n')
      process.exit(7)
    }
    return report
  }
}

export default {
  ...adapter,
  name: 'one that asserts',
  create: (directory, options) => new Asserting(directory, options),
}
