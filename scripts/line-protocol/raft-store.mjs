/** Raft storage in Node that speaks the line protocol: `holdfast conform --command 'node raft-store.mjs'`. */
import { Refused } from './file-log.mjs'
import { RaftFile } from './raft-file.mjs'
import { serve } from './serve.mjs'

export const hello = {
  protocol: 1,
  minor: 1,
  name: 'Raft storage in Node',
  version: '1.0.0',
  language: 'JavaScript',
  kind: 'raft',
  capabilities: {
    appendList: 'atomic',
    replaceSuffix: 'atomic',
    batch: true,
    endRemembered: true,
    readLimit: true,
  },
  commands: ['replaceRaftSuffix', 'installSnapshot', 'resetRaft', 'flush'],
}

/** Each change is worked out first, which may refuse it, and is then one line of the file. */
const changes = {
  appendRaft: (log, { entries }) => log.appended(entries),
  saveWith: (log, { state, entries }) => [
    ...log.saved(state),
    ...log.appended(entries, state ?? log.hardState ?? { currentTerm: 0 }),
  ],
  replaceRaftSuffix: (log, { from, entries }) => log.replaced(from, entries),
  truncate: (log, { from }) => log.truncated(from),
  purge: (log, at) => log.purged(at),
  installSnapshot: (log, at) => log.installed(at),
  saveHardState: (log, { state }) => log.saved(state),
  resetRaft: (log) => log.reset(),
}

export function answer(log, cmd, request) {
  const change = changes[cmd]
  if (change !== undefined) {
    log.commit(change(log, request))
    return {}
  }
  switch (cmd) {
    case 'readRaft':
      return { entries: log.read(request.from, request.to, request.maxBytes) }
    case 'termAt':
      return { term: log.termAt(request.index) }
    case 'raftIndexes':
      return {
        firstIndex: log.boundary.index + 1,
        lastIndex: log.last.index,
        lastTerm: log.last.term,
        boundaryIndex: log.boundary.index,
        boundaryTerm: log.boundary.term,
      }
    case 'loadHardState':
      return { state: log.hardState }
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
  await serve({ hello, open: (directory) => new RaftFile(directory), answer })
