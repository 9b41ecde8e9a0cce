/**
 * Raft storage of another make that is right: after a write that failed it refuses everything until it is opened again, and then it
 * writes anew what it finds, as a sync that failed may have left it in the kernel's cache alone. Mutants of it change a method.
 */
import { closeSync, fsyncSync, openSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { serialize } from 'node:v8'
import { Minutes, minutes } from '../../kit/adapters/minutes.mjs'

export class RefusingMinutes extends Minutes {
  constructor(directory) {
    super(directory)
    this.publish(this.state)
  }

  write(change) {
    const state = { ...this.state, entries: [...this.state.entries] }
    change(state)
    try {
      this.publish(state)
    } catch (error) {
      this.fail(error)
    }
    this.state = state
  }

  fail(error) {
    const get = () => {
      throw new Error('a write has failed: open it again')
    }
    Object.defineProperty(this, 'state', { get })
    throw error
  }

  publish(state) {
    const file = openSync(`${this.path}.new`, 'w')
    try {
      this.fill(file, this.encode(state))
      this.sync(file)
    } finally {
      closeSync(file)
    }
    renameSync(`${this.path}.new`, this.path)
    this.syncDirectory()
  }

  encode(state) {
    return serialize(state)
  }

  fill(file, bytes) {
    writeFileSync(file, bytes)
  }

  syncDirectory() {
    const directory = openSync(dirname(this.path), 'r')
    try {
      this.sync(directory)
    } finally {
      closeSync(directory)
    }
  }

  sync(descriptor) {
    fsyncSync(descriptor)
  }
}

export default minutes('minutes that refuse', RefusingMinutes)
