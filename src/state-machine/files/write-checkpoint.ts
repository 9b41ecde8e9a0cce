/** Writes a checkpoint: the canonical stream of a state that stands still, in a file of its own that nothing names yet. */
import { closeSync, openSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { crc32 } from '../../codec/index.ts'
import { syncDescriptor, syncDirectory, writeAll } from '../../files/index.ts'
import { encodeStateInTurns } from '../canonical/encode-state.ts'
import type { StateFormat } from '../core/values.ts'
import type { StateReader } from '../medium.ts'
import { removeIfThere } from './clear-files.ts'
import type { CheckpointFile } from './current-file.ts'
import { checkpointName, stagingSuffix } from './file-names.ts'
import { type FilePlace, hit } from './place.ts'
import { EndedError } from './write-guard.ts'

export interface CheckpointRequest {
  /** In its name. */
  readonly number: number
  readonly state: StateReader
  readonly format: StateFormat
  /** Asked after each wait. */
  readonly isEnded: () => boolean
}

/**
 * Durable under its name when it resolves. Lets go of the event loop every few milliseconds.
 * @throws errors of the file system as they are; then there is a file by that name, or by its staging name, or none
 * @throws {EndedError}
 */
export async function writeCheckpoint(place: FilePlace, request: CheckpointRequest): Promise<CheckpointFile> {
  hit(place, 'state.files.checkpoint.begin')
  const path = join(place.directory, checkpointName(request.number))
  // A file of its own: an earlier owner that was abandoned may be about to write to one of that name.
  removeIfThere(path + stagingSuffix)
  const descriptor = openSync(path + stagingSuffix, 'wx')
  let written: CheckpointFile
  try {
    written = await writeStream(place, request, descriptor)
    assertGoingOn(request)
    hit(place, 'state.files.checkpoint.written')
    await syncDescriptor(descriptor)
  } finally {
    closeSync(descriptor)
  }
  assertGoingOn(request)
  renameSync(path + stagingSuffix, path)
  syncDirectory(place.directory)
  hit(place, 'state.files.checkpoint.published')
  return written
}

async function writeStream(
  place: FilePlace,
  request: CheckpointRequest,
  descriptor: number,
): Promise<CheckpointFile> {
  let [bytes, checksum] = [0, 0]
  for await (const piece of encodeStateInTurns(request.state, request.format)) {
    assertGoingOn(request)
    hit(place, 'state.files.checkpoint.write')
    await writeAll(descriptor, [piece], bytes)
    bytes += piece.length
    checksum = crc32(piece, checksum)
  }
  return { number: request.number, bytes, checksum }
}

function assertGoingOn({ isEnded }: CheckpointRequest): void {
  if (isEnded()) throw new EndedError('the state machine ended while a checkpoint was written')
}
