/** The example in docs/state-machine.md is what is written and read here: who follows it has the same bytes. */
import { readFileSync } from 'node:fs'
import { expect, onTestFinished, test } from 'vitest'
import { encodeAppliedEntry } from '../../src/state-machine/core/effects.ts'
import {
  type ApplyReport,
  type Command,
  encodeCommand,
  encodeManifest,
  LmdbStateMachine,
  resultCodes,
  type SnapshotManifest,
} from '../../src/state-machine/index.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

const document = readFileSync(new URL('../../docs/state-machine.md', import.meta.url), 'utf8')
const example = document.slice(document.indexOf('### An example'), document.indexOf('## Failpoints'))
const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text))
const [a, c] = [bytes('a'), bytes('c')]

const steps: readonly { readonly command: Command; readonly time?: number }[] = [
  { time: 5, command: { kind: 'put', key: a, value: bytes('b'), ttlMs: 100 } },
  { command: { kind: 'cas', key: a, expected: null, value: bytes('x') } },
  { command: { kind: 'config', membership: bytes('m') } },
  { time: 7, command: { kind: 'touch', key: a, ttlMs: 200 } },
  { command: { kind: 'put', key: c, value: bytes('') } },
  { command: { kind: 'delete', key: c } },
]

interface Played {
  readonly reports: readonly ApplyReport[]
  readonly manifest: SnapshotManifest
  /** In hexadecimal. */
  readonly stream: string
  readonly sha256: string | undefined
}

async function played(): Promise<Played> {
  const machine = new LmdbStateMachine(temporaryDirectory())
  onTestFinished(() => machine.close())
  await machine.start()
  const reports: ApplyReport[] = []
  for (const [offset, step] of steps.entries()) {
    reports.push(await machine.applyChunk([{ index: offset + 1, term: 1, command: encodeCommand(step) }]))
  }
  const manifest = await machine.createSnapshot()
  const source = await machine.openSnapshot(manifest.id)
  let stream = ''
  for await (const block of source.blocks()) stream += Buffer.from(block.bytes).toString('hex')
  await source.close()
  return { reports, manifest, stream, sha256: (await machine.digest({ deep: true })).sha256 }
}

test('the example has the bytes, the result and the chain of each entry', async () => {
  const { reports } = await played()
  const rows = example.split('\n').filter((line) => /^\| `(put|cas|config|touch|delete)`/.test(line))
  const expected = steps.map((step, offset) => {
    const { results, chain } = reports[offset] as ApplyReport
    const [{ code } = { code: '' }] = results
    const inLog = Buffer.from(encodeCommand(step)).toString('hex')
    return [inLog, code, chain.toString(16).padStart(8, '0')].map((text) => `\`${text}\``)
  })
  expect(rows.map((row) => row.split(' | ').slice(1).join(' | ').replace(/ \|$/, ''))).toEqual(
    expected.map((row) => row.join(' | ')),
  )
})

test('the example has the facts of its first entry', () => {
  const row = { key: a, value: bytes('b'), createIndex: 1, modIndex: 1, expireAt: 105 }
  const facts = encodeAppliedEntry({
    ...{ index: 1, term: 1, clock: 5, code: 'OK' },
    effects: [{ kind: 'put', row }],
  })
  const told = example.slice(example.indexOf('The facts'), example.indexOf('The canonical stream'))
  expect([...told.matchAll(/`([0-9a-f]+)`/g)].map(([, hex]) => hex).join('')).toBe(
    Buffer.from(facts).toString('hex'),
  )
})

test('the example has the canonical stream, its length and its SHA-256', async () => {
  const { stream, sha256 } = await played()
  const [, told = ''] = /```\n([0-9a-f\n]+)```/.exec(example) ?? []
  expect(told.replaceAll('\n', '')).toBe(stream)
  expect(example).toContain(`has ${stream.length / 2} bytes`)
  expect(example).toContain(`\`${sha256}\``)
})

test('the example has the line of the manifest, which the id is put in front of when it is sent', async () => {
  const { manifest } = await played()
  const [, told = ''] = /```json\n(.*)\n```/.exec(example) ?? []
  expect(encodeManifest(manifest)).toBe(told.replace('{', `{"id":${JSON.stringify(manifest.id)},`))
})

test('the page has the number of each result code', () => {
  for (const [number, code] of resultCodes.entries()) {
    expect(document.replaceAll('\n', ' ')).toContain(`${number} \`${code}\``)
  }
})
