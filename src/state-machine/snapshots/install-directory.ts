/**
 * What was received of another replica's snapshot: the manifest, and an image with holes. It stays over a restart, and nothing in
 * it is believed: what is there is checked again.
 */
import {
  existsSync,
  fsync,
  ftruncateSync,
  mkdirSync,
  openSync,
  read,
  readFileSync,
  rmSync,
  write,
  writeFileSync,
} from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { crc32 } from '../../codec/index.ts'
import { closeLater, unlinkFile } from '../../files/index.ts'
import { blockBytes, type SnapshotManifest } from './manifest.ts'
import { blockLength, decodeManifest, encodeManifest } from './manifest-codec.ts'

const manifestName = 'manifest'
const imageName = 'image'
const readLater = promisify(read)
const writeLater = promisify(write)
const syncLater: (descriptor: number) => Promise<void> = promisify(fsync)

export class InstallDirectory {
  readonly manifest: SnapshotManifest
  readonly #path: string
  #descriptor: number | undefined
  readonly #uses = new Set<Promise<unknown>>()

  /** Takes over what is at `path` if it is of the same image, and else begins anew. */
  constructor(path: string, manifest: SnapshotManifest) {
    this.manifest = manifest
    this.#path = path
    if (!isOfSameImage(path, manifest)) {
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
    for (let block = 0; block < this.manifest.checksums.length; block++) {
      if (await this.isRight(block)) found.add(block)
    }
    return found
  }

  async isRight(block: number): Promise<boolean> {
    return crc32(await this.readBlock(block), 0) === this.manifest.checksums[block]
  }

  async readBlock(block: number): Promise<Uint8Array> {
    const bytes = Buffer.allocUnsafeSlow(blockLength(this.manifest.bytes, block))
    const position = block * blockBytes
    return this.#use(async (descriptor) => {
      const { bytesRead } = await readLater(descriptor, bytes, 0, bytes.length, position)
      return bytes.subarray(0, bytesRead)
    })
  }

  async writeBlock(block: number, bytes: Uint8Array): Promise<void> {
    await this.#use(async (descriptor) => {
      for (let at = 0; at < bytes.length; ) {
        const position = block * blockBytes + at
        const { bytesWritten } = await writeLater(descriptor, bytes, at, bytes.length - at, position)
        at += bytesWritten
      }
    })
  }

  /** Makes what was received durable, without holding up the event loop. */
  async sync(): Promise<void> {
    await this.#use(syncLater)
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
