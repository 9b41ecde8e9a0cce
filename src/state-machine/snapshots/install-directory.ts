/**
 * What was received of another replica's snapshot: the manifest, and an image with holes. It stays over a restart, and nothing in
 * it is believed: what is there is checked again.
 */
import { existsSync, ftruncateSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from '../../codec/index.ts'
import { closeLater, readAhead, readInto, syncDescriptor, unlinkFile, writeAll } from '../../files/index.ts'
import { blockBytes, type SnapshotManifest } from './manifest.ts'
import { blockLength, decodeManifest, encodeManifest } from './manifest-codec.ts'

const manifestName = 'manifest'
const imageName = 'image'

export interface CheckedBlock {
  readonly block: number
  readonly isRight: boolean
}

export class InstallDirectory {
  readonly manifest: SnapshotManifest
  readonly #path: string
  /** Nothing of it was received by another process. */
  readonly #isNew: boolean
  #descriptor: number | undefined
  readonly #uses = new Set<Promise<unknown>>()

  /** Takes over what is at `path` if it is of the same image, and else begins anew. */
  constructor(path: string, manifest: SnapshotManifest) {
    this.manifest = manifest
    this.#path = path
    this.#isNew = !isOfSameImage(path, manifest)
    if (this.#isNew) {
      const giveBack = existsSync(this.imagePath) ? unlinkFile(this.imagePath) : undefined
      rmSync(path, { recursive: true, force: true })
      giveBack?.()
      mkdirSync(path, { recursive: true })
      writeFileSync(join(path, manifestName), encodeManifest(manifest))
    }
    this.#descriptor = openSync(this.imagePath, existsSync(this.imagePath) ? 'r+' : 'w+')
    ftruncateSync(this.#descriptor, manifest.bytes)
  }

  get imagePath(): string {
    return join(this.#path, imageName)
  }

  /** The blocks that are there and right. */
  async findBlocks(): Promise<Set<number>> {
    const found = new Set<number>()
    if (this.#isNew) return found
    for await (const { block, isRight } of this.check()) if (isRight) found.add(block)
    return found
  }

  /** Reads every block, in order, and says of each whether it is what the manifest says. */
  async *check(): AsyncGenerator<CheckedBlock, void, undefined> {
    let block = 0
    for await (const bytes of this.blocks()) {
      yield { block, isRight: crc32(bytes, 0) === this.manifest.checksums[block] }
      block += 1
    }
  }

  /** All of them, in order, as they are there; a hole has zeros. Each is valid until the next is asked for. */
  async *blocks(): AsyncGenerator<Uint8Array, void, undefined> {
    const { bytes, checksums } = this.manifest
    let block = 0
    yield* readAhead(Math.min(bytes, blockBytes), async (memory) => {
      if (block === checksums.length) return undefined
      const position = block * blockBytes
      const length = blockLength(bytes, block)
      block += 1
      return this.#use((descriptor) => readInto(memory.subarray(0, length), descriptor, position))
    })
  }

  async writeBlock(block: number, bytes: Uint8Array): Promise<void> {
    await this.#use((descriptor) => writeAll(descriptor, [bytes], block * blockBytes))
  }

  /** Makes what was received durable, without holding up the event loop. */
  async sync(): Promise<void> {
    await this.#use(syncDescriptor)
  }

  async close(): Promise<void> {
    const descriptor = this.#descriptor
    this.#descriptor = undefined
    await Promise.allSettled(this.#uses)
    if (descriptor !== undefined) await closeLater(descriptor)
  }

  async remove(): Promise<void> {
    await this.close()
    // To give back gigabytes takes a while.
    await rm(this.#path, { recursive: true, force: true })
  }

  async #use<T>(use: (descriptor: number) => Promise<T>): Promise<T> {
    if (this.#descriptor === undefined) throw new Error('the installation has ended')
    const used = use(this.#descriptor)
    this.#uses.add(used)
    try {
      return await used
    } finally {
      this.#uses.delete(used)
    }
  }
}

function isOfSameImage(path: string, manifest: SnapshotManifest): boolean {
  try {
    const found = decodeManifest(readFileSync(join(path, manifestName), 'utf8'))
    return (
      found.root === manifest.root &&
      found.kind === manifest.kind &&
      found.applied.index === manifest.applied.index
    )
  } catch {
    return false
  }
}
