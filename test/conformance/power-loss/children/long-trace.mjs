// Takes a trace of as many calls as it is told, as strace writes them, from its text to the disk that they make, and prints how much memory
// that took at most, from a tenth of them on: `{ "calls": 100000, "events": ..., "grownBytes": ... }`.
import { Disk } from '../../../../dist/src/conformance/power-loss/disk/disk.js'
import { diskModels } from '../../../../dist/src/conformance/power-loss/disk/model.js'
import { CallAssembler } from '../../../../dist/src/conformance/power-loss/trace/call-assembler.js'
import { Interpreter } from '../../../../dist/src/conformance/power-loss/trace/interpreter.js'

const [calls = '100000', model = 'posix'] = process.argv.slice(2)
const lookEvery = 2_000

const hex = (text) =>
  [...Buffer.from(text)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('')
const quoted = (text) => `"${hex(text)}"`
const path = (name) => `<${hex(name === '' ? '/r' : `/r/${name}`)}>`
const data = '\\x61'.repeat(1024)

/** What a store does: writes to one file with a sync behind every few, and now and then a whole new file in the place of another. */
function* lines() {
  yield `openat(AT_FDCWD${path('')}, ${quoted('/r/log')}, O_RDWR|O_CREAT, 0644) = 5${path('log')}`
  yield `openat(AT_FDCWD${path('')}, ${quoted('/r')}, O_RDONLY|O_DIRECTORY) = 6${path('')}`
  for (let number = 0; ; number++) {
    yield `pwrite64(5${path('log')}, "${data}", 1024, ${(number % 512) * 1024}) = 1024`
    if (number % 8 === 7) yield `fdatasync(5${path('log')}) = 0`
    if (number % 64 !== 63) continue
    yield `openat(AT_FDCWD${path('')}, ${quoted('/r/new')}, O_WRONLY|O_CREAT, 0644) = 7${path('new')}`
    yield `write(7${path('new')}, "${data}", 1024) = 1024`
    yield `fsync(7${path('new')}) = 0`
    yield `close(7${path('new')}) = 0`
    yield `rename(${quoted('/r/new')}, ${quoted('/r/current')}) = 0`
    yield `fsync(6${path('')}) = 0`
  }
}

function memory() {
  globalThis.gc()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

const assembler = new CallAssembler()
const interpreter = new Interpreter({ root: '/r', directory: '/r', volatileFiles: [] })
const disk = new Disk(diskModels[model])
let [taken, events, base, most] = [0, 0, 0, 0]
for (const line of lines()) {
  const call = assembler.take(`1 ${line}`, events)
  for (const event of interpreter.take(call)) {
    events += 1
    for (const _ of disk.take(event));
  }
  taken += 1
  if (taken % lookEvery === 0) {
    const now = memory()
    if (taken <= Number(calls) / 10) base = now
    most = Math.max(most, now)
  }
  if (taken === Number(calls)) break
}
process.stdout.write(
  `${JSON.stringify({ calls: taken, events, nodes: disk.nodes.size, grownBytes: most - base })}\n`,
)
