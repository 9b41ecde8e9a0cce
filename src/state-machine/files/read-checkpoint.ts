/** Reads a checkpoint that CURRENT names, and believes nothing of it that its checksums do not say. */
import { createReadStream, statSync } from 'node:fs'
import { join } from 'node:path'
import { crc32 } from '../../codec/index.ts'
import { CorruptionError } from '../../errors.ts'
import { decodeState, type StatePart, StreamDefectError } from '../canonical/decode-state.ts'
import type { Membership, StateFormat } from '../core/values.ts'
import type { CheckpointFile } from './current-file.ts'
import { checkpointName } from './file-names.ts'
import { MapState } from './map-state.ts'
import type { FilePlace } from './place.ts'

const chunkBytes = 1024 * 1024

/**
 * The state in it.
 * @throws {CorruptionError} it is missing, or not what was written
 */
export async function readCheckpoint(
  place: FilePlace,
  checkpoint: CheckpointFile,
  format: StateFormat,
): Promise<MapState> {
  try {
    const found = statSync(pathOf(place, checkpoint)).size
    if (found !== checkpoint.bytes) {
      throw new StreamDefectError('corrupt', `${found} bytes where ${checkpoint.bytes} belong`)
    }
    return await readState(decodeState(checkedChunks(place, checkpoint)), format)
  } catch (error) {
    throw asDefect(place, checkpoint, error)
  }
}

async function readState(parts: AsyncIterable<StatePart>, format: StateFormat): Promise<MapState> {
  const state = new MapState()
  let applied = state.head.applied
  let membership: Membership | undefined
  for await (const part of parts) {
    if (part.kind === 'header') {
      applied = part.applied
      if (!isSameFormat(part.format, format))
        throw new StreamDefectError('corrupt', 'the state of another cluster')
    } else if (part.kind === 'rows') {
      for (const row of part.rows) state.put(row)
    } else if (part.kind === 'membership') membership = part.membership
  }
  state.setHead(Object.freeze({ applied, membership }))
  return state
}

export function isSameFormat(left: StateFormat, right: StateFormat): boolean {
  return left.clusterId === right.clusterId && left.isTtlEnabled === right.isTtlEnabled
}

/** Its end is reached only if all of it is what CURRENT says. */
async function* checkedChunks(place: FilePlace, checkpoint: CheckpointFile): AsyncGenerator<Uint8Array> {
  let checksum = 0
  for await (const chunk of createReadStream(pathOf(place, checkpoint), { highWaterMark: chunkBytes })) {
    checksum = crc32(chunk as Uint8Array, checksum)
    yield chunk as Uint8Array
  }
  if (checksum !== checkpoint.checksum)
    throw new StreamDefectError('corrupt', 'another checksum than CURRENT says')
}

function pathOf(place: FilePlace, { number }: CheckpointFile): string {
  return join(place.directory, checkpointName(number))
}

function asDefect(place: FilePlace, { number }: CheckpointFile, cause: unknown): unknown {
  const file = checkpointName(number)
  const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT'
  if (!isMissing && !(cause instanceof StreamDefectError)) return cause
  const what = isMissing ? 'is missing' : `has ${(cause as Error).message}`
  return new CorruptionError({ log: place.name, file }, `${file} ${what}`, { cause })
}
