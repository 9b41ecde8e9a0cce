/** A node that goes on until it is killed: appends, commits, and says of each entry that was answered which it is. */
import { writeSync } from 'node:fs'
import { join } from 'node:path'
import { RaftStorage } from '../../../../dist/src/raft/index.js'
import {
  encodeCommand,
  FileStateMachine,
  Replica,
  raftReplicatedLog,
} from '../../../../dist/src/state-machine/index.js'

const [directory = '', sync = 'always'] = process.argv.slice(2)
const raft = RaftStorage.open(join(directory, 'raft'))
const machine = new FileStateMachine(join(directory, 'state'), {
  sync: sync === 'always' ? 'always' : { everyMs: 5 },
  snapshots: raft.snapshots,
  checkpointEntries: 15,
  checkpointRatio: 0,
  segmentBytes: 1500,
})
const replica = await Replica.open(raftReplicatedLog(raft), machine, {
  snapshots: { entries: 20 },
  keepEntries: 5,
})
raft.hardState.save({ currentTerm: 1, votedFor: undefined })
writeSync(1, `opened ${machine.applied().index} ${raft.log.firstIndex}\n`)

/** The value of a key is the index that wrote it. */
function entry(index) {
  const command = { kind: 'put', key: Buffer.from(`key ${index % 7}`), value: Buffer.from(`${index}`) }
  return { index, term: 1, kind: 'command', data: encodeCommand({ command }) }
}

for (;;) {
  const first = raft.log.lastIndex + 1
  const entries = [0, 1, 2].map((offset) => entry(first + offset))
  raft.log.append(entries)
  const results = Promise.all(entries.map((each) => replica.result(each)))
  replica.committed(first + 2)
  for (const { index } of await results) writeSync(1, `told ${index}\n`)
}
