/** The reference storage with one defect, which its argument names. */
import {
  closeSync,
  existsSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { FileLog } from '../../../scripts/line-protocol/file-log.mjs'
import { serve } from '../../../scripts/line-protocol/serve.mjs'
import { hello } from '../../../scripts/line-protocol/store.mjs'

const how = process.argv[2] ?? ''

class BrokenLog extends FileLog {
  #unwritten = []
  #commits = 0

  parse(line) {
    return how === 'looks at no checksum' && line.length > 9 ? parsed(line.slice(9)) : super.parse(line)
  }

  show(directory, text) {
    if (how !== 'trusts what it reads') return super.show(directory, text)
    const [file, names] = [openSync(join(directory, 'log'), 'a'), openSync(directory, 'r')]
    ftruncateSync(file, Buffer.byteLength(text))
    for (const one of [file, names]) fsyncSync(one)
    closeSync(names)
    return file
  }

  read(from, to) {
    const values = super.read(from, to)
    return how === 'lies' && values.length > 0 ? [...values.slice(1), values[0]].reverse().map(other) : values
  }

  close() {
    for (const json of this.#unwritten) super.write(json)
    writeFileSync(marker(this.directory), '')
    super.close()
  }

  write(json) {
    this.#commits += 1
    if (how === 'dies' && this.#commits === 5) process.exit(1)
    if (how === 'prints' && this.#commits === 5) process.stdout.write('five commits\n')
    if (how === 'acks first') this.#unwritten.push(json)
    else if (how === 'never syncs') writeSync(this.file, lineOf(json))
    else super.write(json)
    if (this.#unwritten.length > 1) super.write(this.#unwritten.shift())
  }
}

/** Whether the last process that had it open let go of it by itself. */
const marker = (directory) => join(directory, 'closed')

function parsed(json) {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}

const other = (value) => (value.length > 0 ? `AAAA${value.slice(4)}` : value)

function lineOf(json) {
  return `${crc32(json).toString(16).padStart(8, '0')} ${json}\n`
}

function open(directory) {
  const log = new BrokenLog(directory)
  const wasClosed = existsSync(marker(directory))
  if (how === 'chokes on what was left' && log.entries.size > 0 && !wasClosed) process.exit(1)
  rmSync(marker(directory), { force: true })
  log.directory = directory
  return log
}

await serve({ hello: { ...hello, name: how }, open })
