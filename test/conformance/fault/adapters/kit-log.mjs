/**
 * A log that knows nothing of Holdfast: lines with a checksum, in one file, synced before an append is acked. When a write fails it
 * refuses everything until it is opened again, and then it writes anew what it finds: what a sync that failed has left in the
 * kernel's cache may not be on the disk. It is right; `hooks` break it.
 */
import { createHash } from 'node:crypto'
import { open as openFile, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { defineAdapter } from '../../../../dist/src/conformance/index.js'

export async function openLog(directory, hooks = {}) {
  const path = join(directory, 'log.txt')
  const lines = await recover(path)
  const staging = await openFile(`${path}.new`, 'w')
  await staging.appendFile(lines.join(''))
  await staging.sync()
  await staging.close()
  await rename(`${path}.new`, path)
  await syncDirectory(directory)
  return new Log(await openFile(path, 'a'), lines.map(bytesIn), hooks)
}

/** The lines before the first one that is not whole: only the last one, which was not acked, may be torn. */
async function recover(path) {
  const text = await readFile(path, 'utf8').catch((error) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  const lines = text.split('\n').map((line) => `${line}\n`)
  const torn = lines.findIndex((line) => !isWhole(line))
  if (torn < lines.length - 1) throw new Error(`line ${torn + 1} is damaged, and others follow it`)
  return lines.slice(0, torn)
}

async function syncDirectory(directory) {
  const opened = await openFile(directory, 'r')
  await opened.sync()
  await opened.close()
}

function lineOf(value) {
  const text = Buffer.from(value).toString('base64')
  return `${sumOf(text)} ${text}\n`
}

function isWhole(line) {
  const [sum, text] = line.trimEnd().split(' ')
  return sum === sumOf(text ?? '')
}

function bytesIn(line) {
  return Buffer.from(line.trimEnd().split(' ')[1] ?? '', 'base64')
}

function sumOf(text) {
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}

class Log {
  constructor(file, entries, hooks) {
    this.file = file
    this.entries = entries
    this.hooks = hooks
    this.hasFailed = false
  }

  async append(values) {
    if (this.hasFailed) throw new Error('a write has failed: open it again')
    try {
      const line = values.map(lineOf).join('')
      await this.file.appendFile(line)
      await this.file.datasync()
    } catch (error) {
      this.hasFailed = this.hooks.goesOn !== true
      throw error
    }
    this.entries.push(...values.map((value) => Buffer.from(value)))
  }

  async read(from, to) {
    if (this.hasFailed) throw new Error('a write has failed: open it again')
    return to <= this.entries.length ? this.entries.slice(from, to) : []
  }
}

export function adapterOf(name, hooks) {
  return defineAdapter({
    name,
    async open(directory) {
      const log = await openLog(directory, hooks)
      return {
        append: (values) => log.append(values),
        read: (from, to) => log.read(from, to),
        firstIndex: () => 0,
        nextIndex: () => log.entries.length,
        close: () => log.file.close(),
      }
    },
  })
}

export default adapterOf('a log of the kit')
