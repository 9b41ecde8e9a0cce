/** Paxos storage in Node that speaks the line protocol: `holdfast conform --command 'node paxos-store.mjs'`. */
import { FileLog, Refused } from './file-log.mjs'
import { serve } from './serve.mjs'

export const hello = {
  protocol: 1,
  name: 'Paxos storage in Node',
  version: '1.0.0',
  language: 'JavaScript',
  kind: 'paxos',
  capabilities: { appendList: 'atomic', replaceSuffix: 'atomic', batch: true, endRemembered: true },
}

/** What each command that changes something is to the log. The rest is metadata, as JSON. */
const changes = {
  appendEntries: ({ entries }) => ({ kind: 'append', entries }),
  appendOnPrefix: ({ from, entries }) => ({ kind: 'replaceSuffix', from, entries }),
  trim: ({ upTo }) => ({ kind: 'trim', upTo }),
  setCompactedIdx: ({ index }) => ({ kind: 'compact', index }),
  setPromise: ({ ballot }) => put('promise', ballot),
  setAcceptedRound: ({ ballot }) => put('acceptedRound', ballot),
  setDecidedIdx: ({ index }) => put('decidedIdx', index),
  setSnapshot: ({ value }) => put('snapshot', value),
  setStopsign: ({ value }) => put('stopsign', value),
}

function put(key, value) {
  return value === null
    ? { kind: 'deleteMeta', key }
    : { kind: 'setMeta', key, value: Buffer.from(JSON.stringify(value)).toString('base64') }
}

function metaOf(log, key) {
  const value = log.meta.get(key)
  return value === undefined ? null : JSON.parse(Buffer.from(value, 'base64').toString())
}

export function answer(log, cmd, request) {
  const length = () => log.nextIndex - log.cursor.floor
  const change = changes[cmd]
  if (change !== undefined) {
    log.commit([change(request)])
    return cmd.startsWith('append') ? { length: length() } : {}
  }
  switch (cmd) {
    case 'writeAtomically':
      log.commit(request.ops.map(({ kind, ...op }) => changes[kind](op)))
      return {}
    case 'getPromise':
      return { ballot: metaOf(log, 'promise') }
    case 'getAcceptedRound':
      return { ballot: metaOf(log, 'acceptedRound') }
    case 'getDecidedIdx':
      return { index: metaOf(log, 'decidedIdx') ?? 0 }
    case 'getEntries':
      return { entries: log.read(request.from, request.to) }
    case 'getSuffix':
      return {
        entries: [...log.entries].filter(([index]) => index >= request.from).map(([, entry]) => entry),
      }
    case 'getLogLen':
      return { length: length() }
    case 'getCompactedIdx':
      return { index: log.cursor.floor }
    case 'getSnapshot':
      return { value: metaOf(log, 'snapshot') }
    case 'getStopsign':
      return { value: metaOf(log, 'stopsign') }
    case 'open':
    case 'stop':
    case 'flush':
      return {}
    case 'close':
      log.close()
      return {}
    default:
      throw new Refused('Unsupported', `There is no command ${cmd}`)
  }
}

if (process.argv[1] === import.meta.filename)
  await serve({ hello, open: (directory) => new FileLog(directory), answer })
