/**
 * A log of the kit that writes all of itself anew at each append, with a checksum over it, and refuses to open a file that does not
 * match. It is right; `hooks` break it.
 */
import { createHash } from 'node:crypto'
import { open as openFile, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { defineAdapter } from '../../../../dist/src/conformance/index.js'

async function recover(path, { isSealed = true } = {}) {
  const bytes = await readFile(path).catch((error) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (bytes === undefined) return []
  const [sum, ...texts] = bytes.toString('latin1').split('\n')
  if (isSealed && sum !== sumOf(texts)) throw new Error('the file is damaged')
  return texts.map((text) => Buffer.from(text, 'base64'))
}

async function save(path, entries) {
  const texts = entries.map((entry) => Buffer.from(entry).toString('base64'))
  const file = await openFile(`${path}.new`, 'w')
  await file.writeFile([sumOf(texts), ...texts].join('\n'))
  await file.sync()
  await file.close()
  await rename(`${path}.new`, path)
}

async function syncDirectory(directory) {
  const opened = await openFile(directory, 'r')
  await opened.sync()
  await opened.close()
}

function sumOf(texts) {
  return createHash('sha256').update(texts.join('\n')).digest('hex')
}

export function adapterOf(name, hooks) {
  return defineAdapter({
    name,
    async open(directory) {
      const path = join(directory, 'log.txt')
      await syncDirectory(directory)
      let entries = await recover(path, hooks)
      return {
        async append(values) {
          const next = [...entries, ...values.map((value) => Buffer.from(value))]
          await save(path, next)
          await syncDirectory(directory)
          entries = next
        },
        read: (from, to) => (to <= entries.length ? entries.slice(from, to) : []),
        firstIndex: () => 0,
        nextIndex: () => entries.length,
        close: () => undefined,
      }
    },
  })
}

export default adapterOf('a sealed log of the kit')
