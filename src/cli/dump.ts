/** `holdfast dump`: the entries, one a line. */
import { CorruptionError, FormatVersionError } from '../errors.ts'
import { type LogStore, openLmdbLogView } from '../log/index.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import { decode, showValue } from './show-value.ts'
import { writeLines } from './write-lines.ts'

export interface DumpOptions {
  readonly log?: string
  readonly from?: number
  /** Exclusive. */
  readonly to?: number
  readonly json?: boolean
}

/** Exit code 1 when an entry cannot be read; the others are shown. @throws {LogNotFoundError} no log is there */
export async function dump(directory: string, { log, from, to, json }: DumpOptions): Promise<ExitCode> {
  using view = openLmdbLogView(directory, { name: log })
  let bad = 0
  const lines = function* (): Iterable<string> {
    for (const { index, value, error } of readable(view, from, to)) {
      if (error !== undefined) bad++
      yield json ? asJson(index, value, error) : asText(index, value, error)
    }
  }
  await writeLines(lines())
  if (bad > 0) process.stderr.write(`holdfast: ${bad} entries cannot be read; "holdfast verify" says more\n`)
  return bad > 0 ? exitCodes.bad : exitCodes.fine
}

interface Readable {
  readonly index: number
  readonly value?: Uint8Array
  readonly error?: string
}

/** Entries and, where one cannot be read, why: a walk over the log would end there. */
function* readable(view: LogStore, from = view.firstIndex, to = view.nextIndex): Iterable<Readable> {
  for (let index = Math.max(from, view.firstIndex); index < Math.min(to, view.nextIndex); index++) {
    try {
      const value = view.get(index)
      if (value !== undefined) yield { index, value }
    } catch (error) {
      if (!(error instanceof CorruptionError || error instanceof FormatVersionError)) throw error
      yield { index, error: error.message }
    }
  }
}

function asText(index: number, value: Uint8Array | undefined, error: string | undefined): string {
  if (value === undefined) return `${String(index).padStart(10)}  unreadable: ${error}`
  return `${String(index).padStart(10)}  ${String(value.length).padStart(8)}  ${showValue(value)}`
}

function asJson(index: number, value: Uint8Array | undefined, error: string | undefined): string {
  if (value === undefined) return JSON.stringify({ index, error })
  const cbor = decode(value)
  const bytes = { index, bytes: value.length, base64: Buffer.from(value).toString('base64') }
  return JSON.stringify(cbor === undefined ? bytes : { ...bytes, cbor: JSON.parse(cbor) })
}
