// What the log holds, beside what the model says.

/** @throws a mismatch, in words */
export function checkCursor(log, { visible }) {
  const found = [log.firstIndex, log.nextIndex, log.compactedIndex]
  const expected = [visible.first, visible.end, visible.floor]
  if (found.join() !== expected.join())
    throw new Error(`The cursor is ${found.join()} where ${expected.join()} belongs`)
}

/** Reads and compares `[from, to)`. Returns how many bytes it holds. */
export function checkEntries(log, model, entryOf, from, to) {
  const entries = log.read(from, to)
  if (entries.length !== to - from) throw new Error(`read(${from}, ${to}) gave ${entries.length} entries`)
  let bytes = 0
  for (const [offset, entry] of entries.entries()) {
    const index = from + offset
    if (!entryOf(index, model.cutOf(index)).equals(entry)) throw new Error(`Entry ${index} is another one`)
    bytes += entry.length
  }
  return bytes
}

/** Every entry, all metadata, and the physical keys. Returns how many bytes of entries there are. */
export function checkEverything(log, model, entryOf) {
  checkCursor(log, model)
  const { first, end, meta } = model.visible
  let bytes = 0
  for (let from = first; from < end; from += 1000) {
    bytes += checkEntries(log, model, entryOf, from, Math.min(end, from + 1000))
  }
  for (const [key, value] of meta) {
    if (!value.equals(log.getMeta(key) ?? Buffer.of(0))) throw new Error(`Metadata ${key} is another one`)
  }
  const findings = log.audit()
  if (findings.length > 0) throw new Error(`The audit found ${JSON.stringify(findings.slice(0, 5))}`)
  return bytes
}
