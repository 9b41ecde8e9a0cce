/** Runs the kill suite for a long time, so that it can be killed itself. */
import { runKillSuite } from '../../dist/src/conformance/index.js'

await runKillSuite({
  adapterUrl: new URL('../../dist/src/cli/adapters/lmdb.js', import.meta.url),
  kills: 100_000,
  seed: 1,
  directory: process.argv[2],
  onProgress: () => process.stdout.write('killed one\n'),
})
