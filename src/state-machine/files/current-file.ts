/**
 * CURRENT names what the state is made of: a checkpoint, or none, and the first segment of the log that goes on after it. Putting
 * a new one in its place, by rename, is how a checkpoint, an install and a reset take effect: all of it at once, or nothing.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  decodeFrame,
  describeDefect,
  encodeFrame,
  frameVersion,
  readU32,
  readU64,
  writeU32,
  writeU64,
} from '../../codec/index.ts'
import { CorruptionError, FormatVersionError } from '../../errors.ts'
import { syncDirectory, syncFile } from '../../files/index.ts'
import type { StateFormat } from '../core/values.ts'
import { currentName, stagingSuffix } from './file-names.ts'
import { type FilePlace, hit } from './place.ts'
import { storeIdBytes } from './segment-header.ts'
import type { WriteGuard } from './write-guard.ts'

const currentVersion = 1
const at = {
  version: 0,
  storeId: 1,
  serial: 1 + storeIdBytes,
  firstSegment: 9 + storeIdBytes,
  checkpoint: 17 + storeIdBytes,
  checkpointBytes: 25 + storeIdBytes,
  checkpointChecksum: 33 + storeIdBytes,
  isTtlEnabled: 37 + storeIdBytes,
  clusterId: 38 + storeIdBytes,
} as const
const key = Buffer.from('holdfast state machine')

/** A checkpoint file, as CURRENT binds it. */
export interface CheckpointFile {
  /** In its name. From 1. */
  readonly number: number
  readonly bytes: number
  /** CRC-32 of all of them. */
  readonly checksum: number
}

export interface Current {
  /** Made by chance when the state machine was created: its segments carry it. */
  readonly storeId: Uint8Array
  /** One more at each switch. */
  readonly serial: number
  readonly checkpoint: CheckpointFile | undefined
  readonly firstSegment: number
  /** What the state machine was created with, and keeps. */
  readonly format: StateFormat
}

/**
 * `undefined` when there is none.
 * @throws {CorruptionError} it is not what was written. A crash leaves none such
 * @throws {FormatVersionError} a later version of Holdfast wrote it
 */
export function readCurrent(place: FilePlace): Current | undefined {
  const path = join(place.directory, currentName)
  if (!existsSync(path)) return undefined
  const { payload, defect } = decodeFrame(key, readFileSync(path))
  if (defect?.kind === 'version') throw newer(place, defect.found, frameVersion)
  if (defect !== undefined) throw corrupt(place, describeDefect(defect))
  const version = payload[at.version] ?? 0
  if (version !== currentVersion) throw newer(place, version, currentVersion)
  return decodePayload(payload)
}

/**
 * Puts `next` in the place of CURRENT. Durable when it returns.
 * @throws {WriteFailedError} the old one stays; or `inDoubt`: after a loss of power it is the one or the other
 */
export function switchCurrent(place: FilePlace, guard: WriteGuard, operation: string, next: Current): void {
  const path = join(place.directory, currentName)
  const staging = path + stagingSuffix
  const writeAside = (): void => {
    writeFileSync(staging, encodeFrame(key, encodePayload(next)))
    hit(place, 'state.files.current.written')
    syncFile(staging)
  }
  guard.attempt(operation, writeAside, () => undefined)
  guard.settle(operation, () => {
    renameSync(staging, path)
    hit(place, 'state.files.current.renamed')
    syncDirectory(place.directory)
    hit(place, 'state.files.current.published')
  })
}

function encodePayload({ storeId, serial, checkpoint, firstSegment, format }: Current): Uint8Array {
  const clusterId = Buffer.from(format.clusterId)
  const payload = new Uint8Array(at.clusterId + clusterId.length)
  payload[at.version] = currentVersion
  payload.set(storeId, at.storeId)
  writeU64(payload, at.serial, serial)
  writeU64(payload, at.firstSegment, firstSegment)
  writeU64(payload, at.checkpoint, checkpoint?.number ?? 0)
  writeU64(payload, at.checkpointBytes, checkpoint?.bytes ?? 0)
  writeU32(payload, at.checkpointChecksum, checkpoint?.checksum ?? 0)
  payload[at.isTtlEnabled] = format.isTtlEnabled ? 1 : 0
  payload.set(clusterId, at.clusterId)
  return payload
}

function decodePayload(payload: Uint8Array): Current {
  const number = readU64(payload, at.checkpoint)
  const checkpoint = {
    number,
    bytes: readU64(payload, at.checkpointBytes),
    checksum: readU32(payload, at.checkpointChecksum),
  }
  return {
    storeId: payload.slice(at.storeId, at.serial),
    serial: readU64(payload, at.serial),
    checkpoint: number === 0 ? undefined : checkpoint,
    firstSegment: readU64(payload, at.firstSegment),
    format: {
      clusterId: Buffer.from(payload.subarray(at.clusterId)).toString(),
      isTtlEnabled: payload[at.isTtlEnabled] === 1,
    },
  }
}

function corrupt(place: FilePlace, what: string): CorruptionError {
  return new CorruptionError({ log: place.name, file: currentName }, `${currentName} has ${what}`)
}

function newer(place: FilePlace, found: number, supported: number): FormatVersionError {
  return new FormatVersionError(place.name, found, supported, currentName)
}
