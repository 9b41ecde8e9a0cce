/** A program that speaks the line protocol, but for what its argument says. It stores nothing. */
import { createInterface } from 'node:readline'

const how = process.argv[2] ?? ''
const hello = { protocol: 1, name: 'misbehaves', capabilities: { metadata: 'returned' } }
const say = (reply) => process.stdout.write(`${typeof reply === 'string' ? reply : JSON.stringify(reply)}\n`)

process.stderr.write('I am up\n')
if (how === 'exits at once') process.exit(3)
if (how === 'greets people') say('Listening on port 80')
if (how === 'speaks first') say({ id: 1 })

const wrongHellos = {
  'speaks version 2': { ...hello, protocol: 2 },
  'has no capabilities': { protocol: 1, name: 'misbehaves' },
  'invents a capability': { ...hello, capabilities: { metadatas: true } },
  'is a queue': { ...hello, kind: 'queue' },
  'has a nickname': { ...hello, names: 'nick' },
}

const wrongReads = {
  'writes no JSON': '{"id":4,"entries":[}',
  'writes an array': '[4]',
  'writes nothing': '',
  debugs: 'reading 0 to 1',
  'forgets the id': { entries: [] },
  'answers nobody': { id: 99, entries: [] },
  'answers again': { id: 2 },
  'forgets the entries': { id: 3 },
  'misspells the entries': { id: 3, entry: [] },
  'reads text': { id: 3, entries: ['not base64!'] },
  'reads null': { id: 3, entries: [null] },
  'fails with a word': { id: 3, error: 'no' },
  'fails without saying how': { id: 3, error: { code: 'DiskFull', message: 'full' } },
  'fails definitely': {
    id: 3,
    error: { code: 'DiskFull', message: 'full', definite: true, details: { left: 0 } },
  },
  'fails indefinitely': { id: 3, error: { code: 'EIO', message: 'who knows', definite: false } },
}

const waiting = []

function onRequest({ id, cmd }) {
  if (cmd === 'hello') return how === 'is mute' ? undefined : say({ id, ...(wrongHellos[how] ?? hello) })
  if (cmd === 'read') return onRead(id)
  say({ id, ...(cmd === 'getMeta' && { value: null }) })
  if (how === 'chats afterwards' && cmd === 'open') say('ready')
  if (cmd === 'stop' && how !== 'does not stop') process.exit(how === 'fails at the end' ? 9 : 0)
}

function onRead(id) {
  if (how in wrongReads) return say(wrongReads[how])
  switch (how) {
    case 'dies':
      process.stderr.write('out of luck\n')
      return process.exit(7)
    case 'is killed':
      return process.kill(process.pid, 'SIGKILL')
    case 'hangs':
      return undefined
    case 'does not flush':
      return process.stdout.write(`{"id":${id},"entries":[]}`)
    case 'does not end its line':
      return process.stdout.write('x'.repeat(70_000))
    case 'writes a long line':
      return say({ id, entries: ['A'.repeat(70_000)] })
    case 'writes no UTF-8':
      return process.stdout.write(Buffer.from([0x7b, 0xff, 0x0a]))
    case 'answers backwards':
      waiting.push(id)
      if (waiting.length === 2)
        say(
          waiting
            .map((one) => JSON.stringify({ id: one, entries: [] }))
            .reverse()
            .join('\n'),
        )
      return undefined
    default:
      return say({ id, entries: [] })
  }
}

if (how === 'closes its input') {
  setInterval(() => undefined, 1_000)
  process.stdin.destroy()
} else {
  createInterface({ input: process.stdin }).on('line', (line) => onRequest(JSON.parse(line)))
}
