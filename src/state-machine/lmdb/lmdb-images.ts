/** Native snapshots: compact copies of the environment, for replicas on LMDB. */
import { constants } from 'node:fs'
import { copyFile, mkdir, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { CorruptionError, LogNotFoundError, SnapshotError } from '../../errors.ts'
import { syncDirectory } from '../../files/index.ts'
import type { CompactImage } from '../../lmdb/index.ts'
import { messageOf } from '../../message-of.ts'
import { failIfAsked } from '../../write-failure.ts'
import type { ImageContent, NativeImage, NativeImages, StateBuilder } from '../medium.ts'
import { generationName } from './current-file.ts'
import { type GenerationPlace, LmdbGeneration } from './generation.ts'
import type { LmdbBuilder } from './lmdb-builder.ts'

const dataFileName = 'data.mdb'

export interface ImagesHost {
  readonly current: () => LmdbGeneration
  readonly builder: (generation: LmdbGeneration) => LmdbBuilder
  /** The number of a new generation. */
  readonly takeNumber: () => number
}

export class LmdbImages implements NativeImages {
  readonly kind = 'lmdb'
  readonly #place: GenerationPlace
  readonly #host: ImagesHost

  constructor(place: GenerationPlace, host: ImagesHost) {
    this.#place = place
    this.#host = host
  }

  take(): NativeImage {
    const { state, image } = this.#host.current().takeImage()
    const { head, counts, format } = state
    return { head, counts, format, pieces: this.#piecesOf(image), release: () => state.release() }
  }

  async build(path: string): Promise<StateBuilder & ImageContent> {
    const number = this.#host.takeNumber()
    const directory = join(this.#place.directory, generationName(number))
    try {
      await mkdir(directory)
      const target = join(directory, dataFileName)
      await copyFile(path, target, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE)
      await syncLater(target)
      syncDirectory(directory)
      return asSnapshotError(() => this.#open(number))
    } catch (error) {
      await rm(directory, { recursive: true, force: true })
      throw error
    }
  }

  async *#piecesOf(image: CompactImage): AsyncGenerator<Uint8Array, void, undefined> {
    yield* image.pieces()
    const { name, failpoints } = this.#place
    failIfAsked(failpoints, 'state.lmdb.copy.after', { log: name, operation: 'create a snapshot' })
  }

  #open(number: number): StateBuilder & ImageContent {
    const generation = LmdbGeneration.open(this.#place, number)
    const builder = this.#host.builder(generation)
    const { head, counts } = generation
    return {
      head,
      counts,
      format: generation.tables.format(),
      add: (rows) => builder.add(rows),
      finish: (finished) => builder.finish(finished),
      publish: () => builder.publish(),
      discard: () => builder.discard(),
    }
  }
}

/** As `syncFile`, without holding up the event loop. */
async function syncLater(path: string): Promise<void> {
  const file = await open(path)
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}

function asSnapshotError<T>(body: () => T): T {
  try {
    return body()
  } catch (error) {
    if (!(error instanceof CorruptionError) && !(error instanceof LogNotFoundError)) throw error
    const message = `Cannot use an LMDB image: ${messageOf(error)}`
    throw new SnapshotError({ snapshot: undefined, kind: 'corrupt' }, message, { cause: error })
  }
}
