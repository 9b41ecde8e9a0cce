// lmdb as Holdfast opens it, doing what Holdfast makes it do: a record of 37 bytes for the cursor, and one of the value and
// five bytes of frame for each entry, which it is given ready-made. What lies between this and Holdfast is Holdfast's own.
import { open } from 'lmdb'

const binary = { encoding: 'binary', keyEncoding: 'binary', cache: false }
const frameBytes = 5

export function openRawLmdb(directory) {
  const root = open({ path: directory, noSubdir: false, overlappingSync: false, ...binary })
  const database = root.openDB({ name: 'log', ...binary })
  const cursorKey = Buffer.of(1)
  const cursor = Buffer.alloc(37)
  const key = keyOf(0)
  let next = 0
  return {
    headerBytes: frameBytes,
    commit(framed) {
      root.transactionSync(() => {
        database.putSync(cursorKey, cursor)
        for (const value of framed) {
          key.writeUInt32BE(next++, 5)
          database.putSync(key, value, { append: true })
        }
      })
    },
    read(from, count) {
      const range = database.getRange({ start: keyOf(from), end: keyOf(from + count) })
      return Array.from(range, ({ value }) => value)
    },
    close: () => root.close(),
  }
}

function keyOf(index) {
  const key = Buffer.alloc(9)
  key[0] = 3
  key.writeUInt32BE(index, 5)
  return key
}
