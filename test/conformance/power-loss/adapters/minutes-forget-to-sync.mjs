/** Raft storage of another make that syncs its file, and never the directory in which it was renamed. */
import { closeSync, fsyncSync, openSync, renameSync, writeFileSync } from 'node:fs'
import { serialize } from 'node:v8'
import { minutes } from '../../kit/adapters/minutes.mjs'
import { SyncedMinutes } from './minutes-that-sync.mjs'

class ForgetToSync extends SyncedMinutes {
  write(change) {
    const state = { ...this.state, entries: [...this.state.entries] }
    change(state)
    const file = openSync(`${this.path}.new`, 'w')
    writeFileSync(file, serialize(state))
    fsyncSync(file)
    closeSync(file)
    renameSync(`${this.path}.new`, this.path)
    this.state = state
  }
}

export default minutes('minutes that forget to sync', ForgetToSync)
