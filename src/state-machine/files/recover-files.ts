/** What a state machine's files hold, read without changing any of them; and the first of them, where there are none. */
import { randomBytes } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { CorruptionError } from '../../errors.ts'
import type { StateFormat } from '../core/values.ts'
import { ForeignStateError } from '../errors.ts'
import { BatchError, redoBatch } from './batch.ts'
import { type Current, readCurrent, switchCurrent } from './current-file.ts'
import { currentName, isOurs, stagingSuffix } from './file-names.ts'
import { MapState } from './map-state.ts'
import { type FilePlace, hit } from './place.ts'
import { isSameFormat, readCheckpoint } from './read-checkpoint.ts'
import { damaged, type FoundLog, isEmptySegment, recoverLog } from './recover-log.ts'
import { createSegment } from './segment-file.ts'
import { segmentName, sequenceIn, storeIdBytes } from './segment-header.ts'
import type { WriteGuard } from './write-guard.ts'

export interface FoundState {
  readonly isNew: boolean
  readonly current: Current
  readonly state: MapState
  readonly log: FoundLog
  readonly replayedEntries: number
}

/**
 * Reads everything, or makes an empty state of `format`.
 * @throws {CorruptionError} @throws {FormatVersionError} what is there is not what was written
 * @throws {ForeignStateError} it was created with another format
 */
export async function recoverFiles(
  place: FilePlace,
  guard: WriteGuard,
  format: StateFormat,
): Promise<FoundState> {
  const there = readCurrent(place)
  if (there !== undefined) assertSameFormat(place, there.format, format)
  const current = there ?? create(place, guard, format)
  const state =
    current.checkpoint === undefined
      ? new MapState()
      : await readCheckpoint(place, current.checkpoint, format)
  let replayedEntries = 0
  const log = recoverLog(place, current, (body, at) => {
    try {
      replayedEntries += redoBatch(state, body)
    } catch (error) {
      throw error instanceof BatchError ? damaged(place, at, error.message, error) : error
    }
  })
  hit(place, 'state.files.recover.read')
  return { isNew: there === undefined, current, state, log, replayedEntries }
}

/** The first segment, and then CURRENT: without CURRENT there is no state. */
function create(place: FilePlace, guard: WriteGuard, format: StateFormat): Current {
  assertNothingLost(place)
  const storeId = new Uint8Array(randomBytes(storeIdBytes))
  const current: Current = { storeId, serial: 1, checkpoint: undefined, firstSegment: 1, format }
  createSegment(place.directory, current.firstSegment, storeId).close()
  switchCurrent(place, guard, 'open', current)
  return current
}

/** A crash while creating leaves a segment without records, and nothing else. */
function assertNothingLost(place: FilePlace): void {
  const lost = readdirSync(place.directory).find((name) => {
    if (!isOurs(name) || name.endsWith(stagingSuffix)) return false
    return name !== segmentName(1) || !isEmptySegment(place, sequenceIn(name) ?? 0)
  })
  if (lost === undefined) return
  throw new CorruptionError(
    { log: place.name, file: currentName },
    `${currentName} is missing, and ${lost}, which belongs to it, is there`,
  )
}

function assertSameFormat(place: FilePlace, found: StateFormat, asked: StateFormat): void {
  if (isSameFormat(found, asked)) return
  throw new ForeignStateError(
    place.name,
    `it was created ${describe(found)}, and is opened ${describe(asked)}`,
  )
}

function describe({ clusterId, isTtlEnabled }: StateFormat): string {
  return `for cluster ${JSON.stringify(clusterId)} with times to live ${isTtlEnabled ? 'enabled' : 'disabled'}`
}
