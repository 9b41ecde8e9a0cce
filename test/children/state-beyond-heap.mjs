// Fills a state machine on LMDB with more than its process may have in its heap, and sends it to another. Says how many keys arrived.
import { join } from 'node:path'
import { LmdbStateMachine } from '../../dist/src/state-machine/index.js'

const [directory, ...numbers] = process.argv.slice(2)
const [keys, valueBytes] = numbers.map(Number)
const chunk = 1000
const value = Buffer.alloc(valueBytes, 'v')

const start = async (name) => {
  const machine = new LmdbStateMachine(join(directory, name))
  await machine.start()
  return machine
}

const source = await start('source')
for (let from = 1; from <= keys; from += chunk) {
  const entries = Array.from({ length: Math.min(chunk, keys + 1 - from) }, (_, at) => ({
    index: from + at,
    term: 1,
    command: { kind: 'put', key: Buffer.from(`key ${from + at}`), value },
  }))
  await source.applyChunk(entries)
}
let target = await start('target')
for (const kind of ['stream', 'native']) {
  await target.reset()
  const { id } = await source.createSnapshot({ kind })
  const sent = await source.openSnapshot(id)
  const install = await target.beginInstall(sent.manifest)
  for await (const { block, bytes } of sent.blocks()) await install.write(block, bytes)
  await sent.close()
  await install.commit()
  await target.close()
  target = await start('target')
}
const isSame = (await target.digest({ deep: true })).sha256 === (await source.digest({ deep: true })).sha256
process.stdout.write(`${isSame} ${target.size().keys}\n`)
await Promise.all([source.close(), target.close()])
