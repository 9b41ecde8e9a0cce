/** An adapter that misbehaves as the search part of its own URL says. */
const how = new URL(import.meta.url).searchParams.get('how')
const never = new Promise(() => undefined)
const values = []

if (how === 'throws at import') throw new Error('no such luck')

export default {
  name: 'misbehaves',
  ...(how === 'promises too much' && { capabilities: { trim: 'returned' } }),
  open() {
    if (how === 'throws from open') throw new Error('the door is shut')
    if (how === 'hangs in open') return never
    return {
      append(entries) {
        if (how === 'hangs') return never
        if (how === 'spins') for (;;);
        if (how === 'exits') process.exit(3)
        if (how === 'rejects elsewhere') {
          void Promise.reject(new Error('nobody caught me'))
          return never
        }
        if (how === 'prints') process.stdout.write('hello, I am noise\n')
        if (how === 'definite') throw Object.assign(new Error('full'), { name: 'DiskFull', definite: true })
        if (how === 'indefinite') throw 'who knows'
        values.push(...entries)
        return undefined
      },
      read: () => (how === 'reads text' ? ['text'] : values),
      firstIndex: () => 0,
      nextIndex: () => (how === 'counts in words' ? 'three' : values.length),
      ...(how !== 'lacks close' && { close: () => undefined }),
    }
  },
}
