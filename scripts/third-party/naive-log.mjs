/**
 * The log that one writes in an afternoon on a store of keys and values: an entry a key, the cursor beside them, all of a commit in one
 * batch. It is right as far as the batch is: atomic, and durable when its promise resolves. That is what is tested here.
 */
import { firstOf, move, nextOf } from '../line-protocol/file-log.mjs'

/** What the log promises, whatever it stands on. */
export const capabilities = {
  appendList: 'atomic',
  replaceSuffix: 'atomic',
  trim: 'returned',
  floor: 'returned',
  metadata: 'returned',
  batch: true,
  endRemembered: true,
}

const entryPrefix = 'entry '
const metaPrefix = 'meta '
const cursorKey = 'cursor'
const keyOf = (index) => entryPrefix + String(index).padStart(16, '0')

/** `store` has get(key), keys(from, to), batch([[key, value or undefined]]) and close(): each may be asynchronous. */
export async function openNaiveLog(store) {
  const cursor = await store.get(cursorKey)
  const keys = await store.keys(entryPrefix, `${entryPrefix}~`)
  const indexes = new Set(keys.map((key) => Number(key.slice(entryPrefix.length))))
  return new NaiveLog(store, cursor === undefined ? emptyCursor : JSON.parse(String(cursor)), indexes)
}

const emptyCursor = { first: 0, end: 0, floor: 0 }

class NaiveLog {
  constructor(store, cursor, indexes) {
    Object.assign(this, { store, cursor, indexes })
  }

  firstIndex() {
    return firstOf(this.cursor)
  }

  nextIndex() {
    return nextOf(this.cursor)
  }

  compactedIndex() {
    return this.cursor.floor
  }

  async read(from, to) {
    const values = []
    for (let index = from; index < to && this.indexes.has(index); index++) {
      values.push(await this.store.get(keyOf(index)))
    }
    return values.length === to - from ? values : []
  }

  getMeta(key) {
    return this.store.get(metaPrefix + key)
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
    return this.commit([value === undefined ? { kind: 'deleteMeta', key } : { kind: 'setMeta', key, value }])
  }

  async commit(ops) {
    let cursor = this.cursor
    const indexes = new Set(this.indexes)
    const writes = new Map()
    const remove = (index) => indexes.delete(index) && writes.set(keyOf(index), undefined)
    for (const op of ops) {
      const at = op.from ?? nextOf(cursor)
      cursor = move(cursor, op)
      for (const index of [...indexes]) {
        if (op.kind === 'replaceSuffix' && index >= op.from) remove(index)
        if (op.kind === 'trim' && index < op.upTo) remove(index)
      }
      op.entries?.forEach((entry, offset) => {
        indexes.add(at + offset)
        writes.set(keyOf(at + offset), Buffer.from(entry))
      })
      if (op.key !== undefined) writes.set(metaPrefix + op.key, op.value && Buffer.from(op.value))
    }
    if (cursor !== this.cursor) writes.set(cursorKey, Buffer.from(JSON.stringify(cursor)))
    await this.store.batch([...writes])
    this.cursor = cursor
    this.indexes = indexes
  }

  close() {
    return this.store.close()
  }
}
