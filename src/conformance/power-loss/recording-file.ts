/** A recording in a file: one line of JSON for each event, and in the end the image that fails. Needs no strace to be read. */
import { closeSync, createReadStream, existsSync, openSync, writeSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { InvalidArgumentError } from '../../errors.ts'
import { type DiskModelName, diskModelNames } from './disk/model.ts'
import type { Survivors } from './disk/unit.ts'
import type { DiskEvent } from './event.ts'
import type { SubjectKind } from './subject.ts'

const format = 'holdfast power-loss recording'
const version = 1

export interface RecordingHead {
  /** The adapter's name. */
  readonly adapter: string
  /** Default: `log`. */
  readonly kind?: SubjectKind | undefined
  readonly model: DiskModelName
  readonly seed: number
  readonly workload: number
  /** Of the store, relative to the root of an image. */
  readonly directory: string
}

/** A moment of the recording, and what survived it. */
export interface RecordedImage {
  /** From 1: how many moments had come. */
  readonly moment: number
  /** How many lines the workload had said. */
  readonly lines: number
  readonly survivors: Survivors
}

export interface Recording {
  readonly head: RecordingHead
  readonly events: readonly DiskEvent[]
  /** `undefined`: the recording was cut short. */
  readonly image: RecordedImage | undefined
}

export class RecordingFile {
  readonly path: string
  readonly #descriptor: number

  constructor(path: string, head: RecordingHead) {
    this.path = path
    this.#descriptor = openSync(path, 'w')
    this.#line({ format, version, ...head })
  }

  add(event: DiskEvent): void {
    const bytes = 'bytes' in event ? event.bytes : undefined
    this.#line({ ...event, ...(bytes && { bytes: Buffer.from(bytes).toString('base64') }) })
  }

  close(): void {
    closeSync(this.#descriptor)
  }

  #line(value: unknown): void {
    writeSync(this.#descriptor, `${JSON.stringify(value)}\n`)
  }
}

/** Adds the image that fails to a recording that is closed. */
export function addImage(path: string, { moment, lines, survivors }: RecordedImage): void {
  const descriptor = openSync(path, 'a')
  const survived = [...survivors].map(([number, survival]) => {
    return survival === 'whole' ? [number] : [number, [...survival]]
  })
  writeSync(descriptor, `${JSON.stringify({ kind: 'image', moment, lines, survived })}\n`)
  closeSync(descriptor)
}

interface ImageLine {
  readonly kind: 'image'
  readonly moment: number
  readonly lines: number
  readonly survived: readonly (readonly [number, number[]?])[]
}

/** @throws {InvalidArgumentError} it is no recording, or one of another version */
export async function readRecording(path: string): Promise<Recording> {
  let head: RecordingHead | undefined
  let image: RecordedImage | undefined
  const events: DiskEvent[] = []
  if (!existsSync(path)) throw refused(path, 'no file is there')
  for await (const text of createInterface({ input: createReadStream(path) })) {
    if (head === undefined) {
      head = headOf(path, text)
      continue
    }
    const line = parsed(path, text)
    if (line.kind === 'image') image = imageOf(line)
    else events.push(eventOf(line))
  }
  if (head === undefined) throw refused(path, 'it is empty')
  return { head, events, image }
}

/** What the power was taken from. */
export interface RecordedSubject {
  readonly kind: SubjectKind
  /** The adapter's name. */
  readonly adapter: string
}

/** @throws {InvalidArgumentError} the file is no recording of this version */
export async function subjectOfRecording(path: string): Promise<RecordedSubject> {
  if (!existsSync(path)) throw refused(path, 'no file is there')
  for await (const text of createInterface({ input: createReadStream(path) })) {
    const { kind = 'log', adapter } = headOf(path, text)
    return { kind, adapter }
  }
  throw refused(path, 'it is empty')
}

function parsed(path: string, text: string): ImageLine | DiskEvent {
  try {
    return JSON.parse(text) as ImageLine | DiskEvent
  } catch {
    throw refused(path, 'it is cut short or damaged')
  }
}

function headOf(path: string, text: string): RecordingHead {
  let head: Partial<RecordingHead> & { readonly format?: string; readonly version?: number }
  try {
    head = JSON.parse(text) as typeof head
  } catch {
    throw refused(path, 'its first line is no JSON')
  }
  if (head.format !== format) throw refused(path, `it does not begin as a ${format}`)
  if (head.version !== version) throw refused(path, `its version is ${head.version}, and not ${version}`)
  if (!diskModelNames.some((name) => name === head.model)) throw refused(path, 'its model is unknown')
  return head as RecordingHead
}

export function refused(path: string, why: string): InvalidArgumentError {
  return new InvalidArgumentError('replay', `Cannot replay ${path}: ${why}`)
}

function imageOf({ moment, lines, survived }: ImageLine): RecordedImage {
  const survivors: Survivors = new Map(
    survived.map(([number, sectors]) => [number, sectors === undefined ? 'whole' : new Set(sectors)]),
  )
  return { moment, lines, survivors }
}

function eventOf(event: DiskEvent): DiskEvent {
  if (!('bytes' in event) || event.bytes === undefined) return event
  return { ...event, bytes: Buffer.from(event.bytes as unknown as string, 'base64') }
}
