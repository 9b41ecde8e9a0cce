/** A file in pieces, of which the next is read while the one before it is used. */

/**
 * What `read` finds, call after call, until that is `undefined`. Each is in one of two memories of `bytes` bytes, which are used by turns:
 * memory of gigabytes that is new each time takes the system, and the collector, longer than what it is for. So what was found is valid
 * until the next is asked for.
 * @throws what `read` throws, when the next is asked for
 */
export async function* readAhead<T>(
  bytes: number,
  read: (memory: Buffer) => Promise<T | undefined>,
): AsyncGenerator<T, void, undefined> {
  let [memory, memoryAhead] = [Buffer.allocUnsafeSlow(bytes), Buffer.allocUnsafeSlow(bytes)]
  let reading = read(memory)
  try {
    for (let found = await reading; found !== undefined; found = await reading) {
      reading = read(memoryAhead)
      // Who asks for the next is told what went wrong; perhaps nobody does.
      reading.catch(() => undefined)
      yield found
      ;[memory, memoryAhead] = [memoryAhead, memory]
    }
  } finally {
    await Promise.allSettled([reading])
  }
}
