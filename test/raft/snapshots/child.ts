/** Runs the programs in `children/`, and looks at what one that was killed has left. */
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { SnapshotStore } from '../../../src/raft/snapshots/index.ts'
import { readWhole } from './snapshots.ts'

/** A line of `write-snapshots.mjs`. */
export interface Said {
  readonly begun?: string
  readonly acked?: string
  readonly removing?: readonly string[]
  readonly removed?: true
  readonly hits?: Readonly<Record<string, number>>
  readonly failed?: number
  readonly [field: string]: unknown
}

export const programOf = (child: string): string =>
  fileURLToPath(new URL(`children/${child}.mjs`, import.meta.url))

export interface Ended {
  readonly said: readonly Said[]
  readonly status: number | null
  readonly signal: NodeJS.Signals | null
}

/** Runs a program to its end, `under` another command if there is one. */
export function runToEnd(
  child: string,
  args: readonly (string | number)[],
  { failpoints = '', under = [] as readonly string[] } = {},
): Ended {
  const [command = '', ...words] = [...under, process.execPath, programOf(child), ...args.map(String)]
  const env = { ...process.env, FAILPOINTS: failpoints, FAILPOINTS_SEED: '1' }
  const { stdout, status, signal, error } = spawnSync(command, words, {
    encoding: 'utf8',
    env,
    timeout: 60_000,
  })
  if (error !== undefined) throw error
  return { said: parseLines(stdout), status, signal }
}

/** Kills a program `delayMs` after it has said its line number `lines`, unless it ends before. */
export function runAndKill(
  child: string,
  args: readonly (string | number)[],
  { lines, delayMs }: { readonly lines: number; readonly delayMs: number },
): Promise<Ended> {
  const running = spawn(process.execPath, [programOf(child), ...args.map(String)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let text = ''
  let isDue = false
  running.stdout.setEncoding('utf8').on('data', (part: string) => {
    text += part
    if (isDue || text.split('\n').length <= lines) return
    isDue = true
    setTimeout(() => running.kill('SIGKILL'), delayMs)
  })
  return new Promise((resolve, reject) => {
    running.once('error', reject)
    running.once('close', (status, signal) => resolve({ said: parseLines(text), status, signal }))
  })
}

function parseLines(text: string): Said[] {
  const whole = text.slice(0, text.lastIndexOf('\n') + 1)
  return whole
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
}

/**
 * What must hold of a directory after `write-snapshots.mjs` was killed: what was acked and not being removed is there, what is
 * there was begun and is whole, and nothing else is left.
 */
export async function assertRecovered(
  directory: string,
  said: readonly Said[],
  bytes: number,
): Promise<void> {
  const begun = said.flatMap((line) => line.begun ?? [])
  const acked = said.flatMap((line) => line.acked ?? [])
  const removing = said.flatMap((line) => line.removing ?? [])
  const isRemovalDone = (at: number): boolean => said[at + 1]?.removed === true
  const removed = said.flatMap((line, at) => (isRemovalDone(at) ? (line.removing ?? []) : []))
  using store = SnapshotStore.open(directory)
  const listed = store.list().map(({ id }) => id)
  assert.deepStrictEqual(
    readdirSync(directory).sort().reverse(),
    listed,
    'something is left that is no snapshot',
  )
  assert.deepStrictEqual(store.unusable(), [])
  for (const id of acked) {
    assert(listed.includes(id) || removing.includes(id), `${id} was acked and is lost`)
  }
  for (const { id, index, membership } of store.list()) {
    assert(begun.includes(id), `${id} was never begun`)
    assert(!removed.includes(id), `${id} was removed and is there`)
    assert.deepStrictEqual(Buffer.from(membership ?? []), Buffer.from(`members at ${index}`))
    assert((await readWhole(store, id)).equals(Buffer.alloc(bytes, index)), `${id} holds other data`)
  }
  await assertWritable(store)
}

async function assertWritable(store: SnapshotStore): Promise<void> {
  const writer = store.create({ index: 1_000, term: 1 })
  writer.end('after the crash')
  const info = await writer.finish()
  assert.deepStrictEqual(store.list()[0], info)
  store.remove(info.id)
}
