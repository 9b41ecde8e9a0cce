/** Commits, defers, and ends in the way it is told to, without closing the log. */
import { openLmdbLog } from '../../../dist/src/index.js'
import { say } from './say.mjs'

const [directory, way] = process.argv.slice(2)
const bytes = (text) => new TextEncoder().encode(text)

let log = openLmdbLog(directory)
log.commit([
  { kind: 'append', entries: [bytes('one'), bytes('two')] },
  { kind: 'setMeta', key: 'promise', value: bytes('7') },
])
log.defer([{ kind: 'setMeta', key: 'decided', value: bytes('2') }])

if (way === 'collect') {
  log = undefined
  for (let turn = 0; turn < 10; turn++) globalThis.gc()
  setImmediate(() => say({ collected: true }))
} else if (way === 'throw') {
  throw new Error('as programs do')
} else if (way === 'hold') {
  say({ holding: process.pid })
  process.stdin.resume()
} else {
  say({ nextIndex: log.nextIndex })
}
