/** The least that a log can be: five methods and no promise, by somebody who reads no documentation to the end. */
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export default {
  name: 'the least log',
  open(directory) {
    const path = join(directory, 'log.txt')
    const lines = existsSync(path) ? readFileSync(path, 'latin1').split('\n').slice(0, -1) : []
    return {
      append(entries) {
        const added = entries.map((entry) => Buffer.from(entry).toString('hex'))
        appendFileSync(path, added.map((line) => `${line}\n`).join(''))
        lines.push(...added)
      },
      read: (from, to) =>
        to > lines.length ? [] : lines.slice(from, to).map((line) => Buffer.from(line, 'hex')),
      firstIndex: () => 0,
      nextIndex: () => lines.length,
      close: () => undefined,
    }
  },
}
