/** An image on its way into the store of snapshots. */
import { expect, onTestFinished, test } from 'vitest'
import { SnapshotStore } from '../../src/raft/index.ts'
import { nothingApplied } from '../../src/state-machine/core/values.ts'
import { blockBytes } from '../../src/state-machine/snapshots/manifest.ts'
import { openImage } from '../../src/state-machine/snapshots/read-image.ts'
import { writeImage } from '../../src/state-machine/snapshots/write-image.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

/** All in the same memory, more than a store takes before it waits for the medium. */
function* piecesInOneMemory(): Generator<Uint8Array> {
  const memory = new Uint8Array(blockBytes)
  for (let piece = 0; piece < 24; piece++) yield memory.fill(piece)
}

test('a piece is taken before the next one is asked for, which may come in the same memory', async () => {
  const store = SnapshotStore.open(temporaryDirectory())
  onTestFinished(() => store.close())
  const { id } = await writeImage({
    store,
    label: {
      kind: 'stream',
      clusterId: '',
      isTtlEnabled: true,
      applied: nothingApplied,
      membership: undefined,
    },
    operation: 'create',
    pieces: piecesInOneMemory(),
    counts: () => ({ keys: 0, leases: 0, bytes: 0 }),
    onWritten: () => undefined,
  })
  await using source = await openImage(store, id)
  const found: number[] = []
  // Each block is compared with its checksum as it is read.
  for await (const { bytes } of source.blocks()) found.push(bytes[0] ?? -1)
  expect(found).toStrictEqual([...Array(24).keys()])
})
