/** Short ways to write and read snapshots, for tests. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { FailpointRegistry } from '../../../failpoints/index.ts'
import type { SnapshotEvent, SnapshotFailureEvent, StoreObserver } from '../../../src/observer.ts'
import {
  type SnapshotInfo,
  type SnapshotMeta,
  SnapshotStore,
  type SnapshotStoreOptions,
} from '../../../src/raft/snapshots/index.ts'
import { temporaryDirectory } from '../../temporary-directory.ts'

/** A store of its own, closed when the test is over. */
export function openStore(
  options: SnapshotStoreOptions & { readonly directory?: string } = {},
): SnapshotStore {
  const { directory = temporaryDirectory(), ...rest } = options
  const store = SnapshotStore.open(directory, rest)
  onTestFinished(() => store.close())
  return store
}

/** A store, its directory, its failpoints, and what its observer was told. */
export function createRig() {
  const directory = temporaryDirectory()
  const failpoints = new FailpointRegistry({ seed: 1 })
  const observer = new Recorder()
  const options = { name: 'orders', directory, failpoints, observer }
  return { ...options, store: openStore(options), names: () => readdirSync(directory).sort() }
}

export class Recorder implements StoreObserver {
  readonly done: SnapshotEvent[] = []
  readonly failed: SnapshotFailureEvent[] = []
  readonly corrupt: Error[] = []

  readonly onSnapshot = (event: SnapshotEvent): void => void this.done.push(event)
  readonly onSnapshotFailure = (event: SnapshotFailureEvent): void => void this.failed.push(event)
  readonly onCorruption = ({ error }: { readonly error: Error }): void => void this.corrupt.push(error)
}

export function writeSnapshot(
  store: SnapshotStore,
  meta: Partial<SnapshotMeta> = {},
  data: Uint8Array | string = 'some data',
): Promise<SnapshotInfo> {
  const writer = store.create({ index: 1, term: 1, ...meta })
  writer.end(data)
  return writer.finish()
}

/**
 * Everything that was handed over, and the error in front of the rest, if there was one. Read by events: a stream that is
 * iterated over drops what it holds when it fails, and would hide that it was handed over.
 */
export function readUntilError(
  store: SnapshotStore,
  id: string,
): Promise<{ readonly data: Buffer; readonly error: unknown }> {
  const chunks: Uint8Array[] = []
  const reader = store.open(id)
  return new Promise((resolve) => {
    reader.on('data', (chunk: Uint8Array) => chunks.push(chunk))
    reader.once('error', (error) => resolve({ data: Buffer.concat(chunks), error }))
    reader.once('end', () => resolve({ data: Buffer.concat(chunks), error: undefined }))
  })
}

export async function readWhole(store: SnapshotStore, id: string): Promise<Buffer> {
  const { data, error } = await readUntilError(store, id)
  if (error !== undefined) throw error
  return data
}

/** Bytes that differ from each other wherever one looks. */
export function patternOf(bytes: number): Buffer {
  const pattern = Buffer.allocUnsafe(bytes)
  for (let at = 0; at < bytes; at++) pattern[at] = (at * 31 + (at >>> 8) * 17 + (at >>> 16)) & 0xff
  return pattern
}

export const fileOf = (directory: string, id: string, name: 'data' | 'metadata'): string =>
  join(directory, id, name)
