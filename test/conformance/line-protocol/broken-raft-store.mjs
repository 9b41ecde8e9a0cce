/** The reference Raft storage with one defect, which its argument names. */
import { Refused } from '../../../scripts/line-protocol/file-log.mjs'
import { RaftFile } from '../../../scripts/line-protocol/raft-file.mjs'
import { answer, hello } from '../../../scripts/line-protocol/raft-store.mjs'
import { serve } from '../../../scripts/line-protocol/serve.mjs'

const how = process.argv[2] ?? ''
let commits = 0

class BrokenRaft extends RaftFile {
  unwritten = []

  commit(steps) {
    commits += 1
    if (how === 'prints' && commits === 5) process.stdout.write('five commits\n')
    const isVote = steps.length === 1 && 'state' in steps[0] && !('cut' in steps[0])
    if (how === 'acks votes first' && isVote) {
      this.unwritten.push(...steps)
      this.apply(steps[0])
    } else {
      super.commit(steps)
    }
  }

  write(json) {
    try {
      super.write(JSON.stringify([...this.unwritten.splice(0), ...JSON.parse(json)]))
    } catch (error) {
      throw how === 'denies what happened' ? new Refused('DiskFull', error.message) : error
    }
  }

  read(...place) {
    const entries = super.read(...place)
    return how === 'lies' ? entries.map((entry) => ({ ...entry, data: 'AAAA' })) : entries
  }

  close() {
    if (this.unwritten.length > 0) this.write('[]')
    super.close()
  }
}

await serve({
  hello: { ...hello, name: how },
  open: (directory) => new BrokenRaft(directory),
  answer,
})
