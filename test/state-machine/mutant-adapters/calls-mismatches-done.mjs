// Answers a failed compare-and-swap as one that was done.
import adapter from '../../../dist/src/cli/adapters/lmdb-state-machine.js'
import { LmdbStateMachine } from '../../../dist/src/state-machine/index.js'

class Polite extends LmdbStateMachine {
  async applyChunk(entries, options) {
    const report = await super.applyChunk(entries, options)
    const results = report.results.map((result) =>
      result.code === 'CAS_MISMATCH' ? { ...result, code: 'OK' } : result,
    )
    return { ...report, results }
  }
}

export default {
  ...adapter,
  name: 'a polite one',
  create: (directory, options) => new Polite(directory, options),
}
