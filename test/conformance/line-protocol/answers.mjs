/**
 * A program that speaks the line protocol, and answers as its argument says: JSON with `hello`, and with `replies` by command, each an
 * object or a text in which `ID` stands for the id. It stores nothing.
 */
import { createInterface } from 'node:readline'

const { hello = {}, replies = {} } = JSON.parse(process.argv[2] ?? '{}')
const said = { protocol: 1, minor: 1, name: 'answers', capabilities: {}, ...hello }
const say = (reply) => process.stdout.write(`${typeof reply === 'string' ? reply : JSON.stringify(reply)}\n`)
const waiting = []

const odd = {
  dies: () => process.exit(7),
  'is killed': () => process.kill(process.pid, 'SIGKILL'),
  hangs: () => undefined,
  'answers twice': (id) => say(`{"id":${id}}\n{"id":${id}}`),
  'answers backwards': (id, reply) => {
    waiting.push({ id, ...reply })
    if (waiting.length === 2) for (const one of waiting.reverse()) say(one)
  },
}

function onRequest({ id, cmd }) {
  if (cmd === 'hello') return say({ id, ...said })
  const reply = replies[cmd] ?? {}
  const [how, ...rest] = Array.isArray(reply) ? reply : []
  if (how !== undefined) return odd[how](id, ...rest)
  say(typeof reply === 'string' ? reply.replaceAll('ID', id) : { id, ...reply })
  if (cmd === 'stop') process.exit(0)
}

createInterface({ input: process.stdin }).on('line', (line) => onRequest(JSON.parse(line)))
