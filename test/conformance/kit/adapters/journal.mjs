/**
 * A log that knows nothing of Holdfast, as somebody may have written it: every change is a line of JSON at the end of a file, synced
 * before its promise resolves. It is right; `hooks` break it.
 */
import { createHash } from 'node:crypto'
import { open as openFile, readFile, truncate } from 'node:fs/promises'
import { join } from 'node:path'

export async function openJournal(directory, hooks = {}) {
  const path = join(directory, 'journal.txt')
  const journal = new Journal(await recover(path), hooks)
  journal.file = await openFile(path, 'a')
  await journal.file.datasync()
  if (hooks.syncDirectory !== false) await syncDirectory(directory)
  return journal
}

/** Reads the lines that are whole, and cuts off what a crash left behind them. */
async function recover(path) {
  const bytes = await readFile(path).catch(() => Buffer.alloc(0))
  const lines = []
  let end = 0
  for (let next = bytes.indexOf('\n'); next >= 0; next = bytes.indexOf('\n', end)) {
    const [sum, text = ''] = bytes.toString('utf8', end, next).split(' ')
    if (sum !== sumOf(text)) break
    lines.push(JSON.parse(text))
    end = next + 1
  }
  if (end < bytes.length) await truncate(path, end)
  return lines
}

async function syncDirectory(directory) {
  const opened = await openFile(directory, 'r')
  await opened.sync()
  await opened.close()
}

function sumOf(text) {
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}

class Journal {
  entries = new Map()
  meta = new Map()
  first = 0
  end = 0
  floor = 0

  constructor(lines, hooks) {
    this.hooks = hooks
    for (const line of lines) for (const op of line) this.apply(op)
    hooks.recovered?.(this)
  }

  firstIndex() {
    return this.first === this.end ? this.nextIndex() : this.first
  }

  nextIndex() {
    return Math.max(this.end, this.floor)
  }

  compactedIndex() {
    return this.floor
  }

  async read(from, to) {
    const values = []
    for (let index = from; index < to; index++) {
      if (!this.entries.has(index)) return []
      values.push(Buffer.from(this.entries.get(index), 'base64'))
    }
    return values
  }

  async getMeta(key) {
    const text = this.meta.get(key)
    return text === undefined ? null : Buffer.from(text, 'base64')
  }

  append(entries) {
    return this.commit([{ kind: 'append', entries }])
  }

  replaceSuffix(from, entries) {
    return this.commit([{ kind: 'replaceSuffix', from, entries }])
  }

  trim(upTo) {
    return this.commit([{ kind: 'trim', upTo }])
  }

  compact(index) {
    return this.commit([{ kind: 'compact', index }])
  }

  setMeta(key, value) {
    return this.commit([{ kind: 'setMeta', key, value }])
  }

  /** One line, so all or nothing. */
  async commit(ops) {
    const plain = ops.map(plainOf)
    const before = { ...this, entries: new Map(this.entries), meta: new Map(this.meta) }
    try {
      for (const op of plain) this.apply(op)
    } catch (error) {
      Object.assign(this, before)
      throw error
    }
    const lines = this.hooks.lines?.(plain, this) ?? [plain]
    for (const [position, line] of lines.entries()) {
      if (position > 0) await this.hooks.pause?.()
      await this.write(line)
    }
  }

  async write(line) {
    const text = JSON.stringify(line)
    await this.file.write(`${sumOf(text)} ${text}\n`)
    if (this.hooks.sync !== false) await this.file.datasync()
  }

  async close() {
    await this.file.close()
  }

  apply(op) {
    switch (op.kind) {
      case 'append':
        return this.put(this.nextIndex(), op.entries)
      case 'replaceSuffix':
        return this.replace(op.from, op.entries)
      case 'trim':
        for (const index of this.entries.keys()) if (index < op.upTo) this.entries.delete(index)
        this.first = Math.max(this.first, Math.min(op.upTo, this.end))
        return undefined
      case 'compact':
        this.floor = op.index
        return undefined
      case 'setMeta':
      case 'deleteMeta':
        if (op.value === undefined) this.meta.delete(op.key)
        else this.meta.set(op.key, op.value)
        return undefined
      default:
        throw new TypeError(`There is no operation ${op.kind}`)
    }
  }

  replace(from, entries) {
    if (from < this.firstIndex() || from < this.floor) throw new RangeError('It was trimmed')
    if (from > this.nextIndex() && entries.length > 0) throw new RangeError('It would leave a gap')
    if (from >= this.nextIndex() && entries.length === 0) return
    for (const index of this.entries.keys()) if (index >= from) this.entries.delete(index)
    if (from < this.end) this.end = from
    this.put(from, entries)
  }

  put(from, entries) {
    if (entries.length === 0) return
    if (this.first === this.end) this.first = from
    for (const [offset, entry] of entries.entries()) this.entries.set(from + offset, entry)
    this.end = from + entries.length
  }
}

/** Bytes as base64, so that it can be a line of JSON. */
function plainOf(op) {
  if (op.entries !== undefined) return { ...op, entries: op.entries.map(textOf) }
  return op.value === undefined ? op : { ...op, value: textOf(op.value) }
}

function textOf(bytes) {
  return Buffer.from(bytes).toString('base64')
}

export const journalCapabilities = {
  appendList: 'atomic',
  replaceSuffix: 'atomic',
  trim: 'returned',
  floor: 'returned',
  metadata: 'returned',
  batch: true,
  endRemembered: true,
}

export default {
  name: 'a journal',
  version: '1.2.3',
  kind: 'log',
  capabilities: journalCapabilities,
  open: (directory) => openJournal(directory),
}
