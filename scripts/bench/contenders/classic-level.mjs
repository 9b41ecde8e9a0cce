// LevelDB does the work on another thread: its time includes the way there and back, as its user's does.
export async function openClassicLevel(directory) {
  const { ClassicLevel } = await import('classic-level')
  const level = new ClassicLevel(directory, { keyEncoding: 'buffer', valueEncoding: 'buffer' })
  await level.open()
  let next = 0
  return {
    commit(values) {
      const puts = values.map((value) => ({ type: 'put', key: keyOf(next++), value }))
      return level.batch(puts, { sync: true })
    },
    read: (from, count) => level.values({ gte: keyOf(from), lt: keyOf(from + count) }).all(),
    close: () => level.close(),
  }
}

function keyOf(index) {
  const key = Buffer.alloc(8)
  key.writeUInt32BE(index, 4)
  return key
}
