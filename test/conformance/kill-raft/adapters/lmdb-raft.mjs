/** Holdfast's own Raft storage on LMDB, as a stranger would hand it in. */
import { defineAdapter } from '../../../../dist/src/conformance/index.js'
import { openLmdbLog } from '../../../../dist/src/index.js'
import { HardStateStore, RaftLog } from '../../../../dist/src/raft/index.js'

export default defineAdapter({
  name: 'Raft on LMDB',
  kind: 'raft',
  volatileFiles: ['lock.mdb'],
  capabilities: {
    ...{ appendList: 'atomic', replaceSuffix: 'atomic', trim: 'deferred', batch: true, endRemembered: true },
    ...{ typedErrors: true, readLimit: true, singleOwner: true },
  },
  open: (directory) => {
    const log = new RaftLog(openLmdbLog(directory))
    const state = new HardStateStore(log)
    return {
      append: (entries) => log.append(entries),
      replaceSuffix: (from, entries) => log.replaceSuffix(from, entries),
      truncate: (from) => log.truncate(from),
      entry: (index) => log.entry(index),
      entries: (low, high, limit) => log.entries(low, high, limit),
      term: (index) => log.term(index),
      firstIndex: () => log.firstIndex,
      lastIndex: () => log.lastIndex,
      lastLogId: () => log.lastLogId,
      purgeBoundary: () => log.purgeBoundary,
      purge: (upTo) => log.purge(upTo),
      installSnapshot: (id) => log.installSnapshot(id),
      reset: () => log.reset(),
      flush: () => log.flush(),
      save: (hardState) => state.save(hardState),
      load: () => state.load(),
      saveWith: (hardState, entries) => state.saveWith(hardState, entries),
      close: () => log.close(),
      abandon: () => log.log.abandon(),
    }
  },
})
