/** An image out of the store of snapshots: its manifest, and its blocks, each checked. */
import { crc32 } from '../../codec/index.ts'
import { FormatVersionError } from '../../errors.ts'
import { messageOf } from '../../message-of.ts'
import type { SnapshotFile, SnapshotStore } from '../../raft/index.ts'
import {
  type BlocksOptions,
  blockBytes,
  type SnapshotBlock,
  type SnapshotManifest,
  type SnapshotSource,
} from './manifest.ts'
import { blockLength, decodeTrailer, textBytesOf, trailerFixedBytes } from './manifest-codec.ts'

/** @throws {SnapshotError} it is not there, or is damaged @throws {FormatVersionError} */
export async function readManifest(store: SnapshotStore, id: string): Promise<SnapshotManifest> {
  const file = store.openFile(id)
  try {
    return await manifestOf(file)
  } finally {
    await file.close()
  }
}

/** @throws {SnapshotError} it is not there, or is damaged @throws {FormatVersionError} */
export async function openImage(store: SnapshotStore, id: string): Promise<SnapshotSource> {
  const file = store.openFile(id)
  try {
    return new ImageSource(file, await manifestOf(file))
  } catch (error) {
    await file.close()
    throw error
  }
}

async function manifestOf(file: SnapshotFile): Promise<SnapshotManifest> {
  const { id, bytes, index, term } = file.info
  if (bytes < trailerFixedBytes) throw file.damaged('corrupt', 'it is no snapshot of a state machine')
  const fixed = await file.read(bytes - trailerFixedBytes, trailerFixedBytes)
  try {
    const textBytes = textBytesOf(fixed)
    const imageBytes = bytes - trailerFixedBytes - textBytes
    const manifest = decodeTrailer(id, await file.read(imageBytes, textBytes), fixed)
    const { applied } = manifest
    if (manifest.bytes !== imageBytes || applied.index !== index || applied.term !== term)
      throw new Error('its manifest is of another snapshot')
    return manifest
  } catch (error) {
    if (error instanceof FormatVersionError) throw error
    throw file.damaged('corrupt', messageOf(error), error)
  }
}

class ImageSource implements SnapshotSource {
  readonly manifest: SnapshotManifest
  readonly #file: SnapshotFile

  constructor(file: SnapshotFile, manifest: SnapshotManifest) {
    this.#file = file
    this.manifest = manifest
  }

  async *blocks(
    from = 0,
    { reuseMemory = false }: BlocksOptions = {},
  ): AsyncGenerator<SnapshotBlock, void, undefined> {
    const { bytes, checksums } = this.manifest
    const memory = reuseMemory ? Buffer.allocUnsafeSlow(Math.min(bytes, blockBytes)) : undefined
    for (let block = from; block < checksums.length; block++) {
      const piece = await this.#file.read(block * blockBytes, blockLength(bytes, block), memory)
      const checksum = crc32(piece, 0)
      if (checksum !== checksums[block])
        throw this.#file.damaged('corrupt', `block ${block} of its image is damaged`)
      yield { block, bytes: piece, checksum }
    }
  }

  close(): Promise<void> {
    return this.#file.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}
