/** An image into the store of snapshots: its bytes, then its manifest, then all of it published as one. */
import type { SnapshotInfo, SnapshotStore, SnapshotWriter } from '../../raft/index.ts'
import type { AppliedState, Membership, StateFormat, StoredCounts } from '../core/values.ts'
import { BlockChecksums } from './block-checksums.ts'
import type { SnapshotManifest } from './manifest.ts'
import { encodeTrailer, rootOf } from './manifest-codec.ts'

/** What an image is of, as it says itself. */
export interface ImageLabel extends StateFormat {
  readonly kind: string
  readonly applied: AppliedState
  readonly membership: Membership | undefined
}

export interface ImageWriting {
  readonly store: SnapshotStore
  readonly label: ImageLabel
  readonly operation: 'create' | 'install'
  /** Each needs to stay as it is until the next is asked for. */
  readonly pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>
  /** Asked when all pieces were written. */
  readonly counts: () => StoredCounts
  /** Called before it is published, with the manifest; may throw. */
  readonly onWritten: (manifest: Omit<SnapshotManifest, 'id'>) => void
  readonly signal?: AbortSignal | undefined
}

/** Durable and listed when it resolves; else nothing of it is left. */
export async function writeImage(writing: ImageWriting): Promise<SnapshotManifest> {
  const { store, label, operation } = writing
  const { index, term } = label.applied
  const writer = store.create({ index, term, membership: label.membership?.bytes }, { operation })
  try {
    const body = await writePieces(writer, writing)
    writing.onWritten(body)
    await write(writer, encodeTrailer(body))
    writing.signal?.throwIfAborted()
    const info: SnapshotInfo = await writer.finish()
    return { ...body, id: info.id }
  } catch (error) {
    await writer.abort()
    throw error
  }
}

async function writePieces(
  writer: SnapshotWriter,
  { label, pieces, counts, signal }: ImageWriting,
): Promise<Omit<SnapshotManifest, 'id'>> {
  const sums = new BlockChecksums()
  for await (const piece of pieces) {
    signal?.throwIfAborted()
    sums.add(piece)
    await write(writer, piece)
  }
  const checksums = sums.finish()
  const { bytes } = sums
  const { kind, clusterId, isTtlEnabled, applied, membership } = label
  const root = rootOf(bytes, checksums)
  return {
    version: 1,
    kind,
    clusterId,
    isTtlEnabled,
    applied,
    membership,
    bytes,
    checksums,
    root,
    counts: counts(),
  }
}

/** Done when `piece` is copied; waits where the medium is behind. @throws what ended the writer */
async function write(writer: SnapshotWriter, piece: Uint8Array): Promise<void> {
  if (writer.destroyed) await writer.finish()
  // What it failed for is thrown at the next piece, or at the end.
  await new Promise<void>((resolve) => writer.write(piece, () => resolve()))
}
