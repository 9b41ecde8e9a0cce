/**
 * A log in one file: each change is a line, its checksum before it, synced before it is acked. Everything is in memory as well, which
 * is filled from the file when it is opened. Short, and right: what a storage that speaks the line protocol has to do, and no more.
 */
import {
  closeSync,
  existsSync,
  fdatasyncSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'

/** Refused, and nothing was changed: the error is definite. */
export class Refused extends Error {
  constructor(code, message) {
    super(message)
    this.code = code
  }
}

export class FileLog {
  cursor = { first: 0, end: 0, floor: 0 }
  /** Base64 texts by index: what the protocol gives is what the file holds. */
  entries = new Map()
  meta = new Map()
  doubt = undefined

  constructor(directory) {
    const path = join(directory, 'log')
    this.file = this.show(directory, this.recover(existsSync(path) ? readFileSync(path, 'utf8') : ''))
  }

  /** Returns the lines that are whole. The last one may be torn, as it was never acked. Any other one was, and has to be whole. */
  recover(text) {
    const lines = text.split('\n')
    const records = lines.map((line) => this.parse(line))
    const torn = records.indexOf(undefined)
    const rest = lines.slice(torn).join('\n')
    if (torn < lines.length - 2)
      throw new Error(`Line ${torn + 1} of the log is broken, and others follow it`)
    for (const ops of records.slice(0, torn)) for (const op of ops) this.apply(op)
    return text.slice(0, text.length - rest.length)
  }

  /** The operations of a line; `undefined` when it is not whole. */
  parse(line) {
    return readRecord(line)
  }

  /** Returns the file that is written to from here on: it holds `text`, all of it durable. */
  show(directory, text) {
    return writeAnew(directory, text)
  }

  get firstIndex() {
    return firstOf(this.cursor)
  }

  get nextIndex() {
    return nextOf(this.cursor)
  }

  read(from, to) {
    const values = []
    for (let index = from; index < to && this.entries.has(index); index++)
      values.push(this.entries.get(index))
    return values.length === to - from ? values : []
  }

  /** All of `ops` or none: they are one line. Durable when it returns. */
  commit(ops) {
    if (this.doubt !== undefined)
      throw new Refused('Poisoned', `A write failed before: ${this.doubt}; open it again`)
    this.check(ops)
    try {
      this.write(`${JSON.stringify(ops)}`)
    } catch (error) {
      // The line may be in the file, or a part of it. Only what is read when it is opened again can tell.
      this.doubt = error.message
      throw error
    }
    for (const op of ops) this.apply(op)
  }

  /** Refuses what may not be, before any of it is written. */
  check(ops) {
    ops.reduce(move, this.cursor)
  }

  write(json) {
    const line = Buffer.from(`${crc32(json).toString(16).padStart(8, '0')} ${json}\n`)
    for (let written = 0; written < line.length; ) written += writeSync(this.file, line, written)
    fdatasyncSync(this.file)
  }

  close() {
    closeSync(this.file)
  }

  apply(op) {
    if (op.kind === 'replaceSuffix') this.forget((index) => index >= op.from)
    if (op.kind === 'trim') this.forget((index) => index < op.upTo)
    const from = op.from ?? this.nextIndex
    op.entries?.forEach((entry, offset) => void this.entries.set(from + offset, entry))
    if (op.kind === 'setMeta') this.meta.set(op.key, op.value)
    if (op.kind === 'deleteMeta') this.meta.delete(op.key)
    this.cursor = move(this.cursor, op)
  }

  forget(isGone) {
    for (const index of this.entries.keys()) if (isGone(index)) this.entries.delete(index)
  }
}

/** Where the log begins: an empty one, where its next entry will be. */
export const firstOf = (cursor) => (cursor.first === cursor.end ? nextOf(cursor) : cursor.first)
export const nextOf = ({ end, floor }) => Math.max(end, floor)

/** Where `op` moves the cursor. Nothing is written before every operation of a commit has passed here. */
export function move(cursor, op) {
  switch (op.kind) {
    case 'append':
      return extend(cursor, nextOf(cursor), op.entries.length)
    case 'replaceSuffix': {
      const { from, entries } = op
      if (from < firstOf(cursor) || from < cursor.floor) throw new Refused('Compacted', `${from} was trimmed`)
      if (from > nextOf(cursor) && entries.length > 0)
        throw new Refused('LogGap', `${from} would leave a gap`)
      return extend({ ...cursor, end: Math.min(cursor.end, from) }, from, entries.length)
    }
    case 'trim':
      return { ...cursor, first: Math.max(cursor.first, Math.min(op.upTo, cursor.end)) }
    case 'compact':
      return { ...cursor, floor: op.index }
    case 'setMeta':
    case 'deleteMeta':
      return cursor
    default:
      throw new Refused('Unsupported', `There is no operation ${op.kind}`)
  }
}

function extend(cursor, from, count) {
  if (count === 0) return cursor
  return { ...cursor, first: cursor.first === cursor.end ? from : cursor.first, end: from + count }
}

function readRecord(line) {
  const [checksum, json] = [line.slice(0, 8), line.slice(9)]
  return Number.parseInt(checksum, 16) === crc32(json) && json !== '' ? JSON.parse(json) : undefined
}

/**
 * From here on it is shown, and some of it may be in memory alone: of a process that was killed before its sync, or whose sync had
 * failed. A sync that comes after one that failed makes nothing of that durable, so it is written to another file.
 */
function writeAnew(directory, text) {
  const path = join(directory, 'log')
  const descriptor = openSync(`${path}.new`, 'w')
  try {
    writeFileSync(descriptor, text)
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
  renameSync(`${path}.new`, path)
  syncDirectory(directory)
  return openSync(path, 'a')
}

/** The name of a new file is in its directory, and durable when that is synced. */
function syncDirectory(directory) {
  const descriptor = openSync(directory, 'r')
  fsyncSync(descriptor)
  closeSync(descriptor)
}
