// After a crash it goes on from what it was when it was opened before.
import { cpSync, existsSync, rmSync, writeFileSync } from 'node:fs'
import adapter from '../../../dist/src/cli/adapters/lmdb-state-machine.js'
import { LmdbStateMachine } from '../../../dist/src/state-machine/index.js'

class Forgetful extends LmdbStateMachine {
  #directory

  constructor(directory, options) {
    super(directory, options)
    this.#directory = directory
  }

  get #copy() {
    return `${this.#directory}.copy`
  }

  async open() {
    if (existsSync(this.#copy) && !existsSync(`${this.#copy}.closed`)) {
      rmSync(this.#directory, { recursive: true })
      cpSync(this.#copy, this.#directory, { recursive: true })
    }
    const found = await super.open()
    rmSync(this.#copy, { recursive: true, force: true })
    rmSync(`${this.#copy}.closed`, { force: true })
    cpSync(this.#directory, this.#copy, { recursive: true })
    return found
  }

  async close() {
    await super.close()
    writeFileSync(`${this.#copy}.closed`, '')
  }
}

export default {
  ...adapter,
  name: 'one of old',
  create: (directory, options) => new Forgetful(directory, options),
}
