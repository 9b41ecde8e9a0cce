/**
 * The reference storage, which says of its file when it is closed that nothing is to come: what is torn then was not torn by a crash.
 */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { FileLog } from '../../../scripts/line-protocol/file-log.mjs'
import { serve } from '../../../scripts/line-protocol/serve.mjs'
import { hello } from '../../../scripts/line-protocol/store.mjs'

const sealOf = (directory) =>
  createHash('sha256')
    .update(readFileSync(join(directory, 'log')))
    .digest('hex')

class SealedLog extends FileLog {
  constructor(directory) {
    const seal = join(directory, 'seal')
    if (existsSync(seal) && readFileSync(seal, 'utf8') !== sealOf(directory))
      throw new Error('The log is not what it was when it was closed')
    super(directory)
    rmSync(seal, { force: true })
    this.directory = directory
  }

  close() {
    writeFileSync(join(this.directory, 'seal'), sealOf(this.directory))
    super.close()
  }
}

await serve({ hello: { ...hello, name: 'sealed' }, open: (directory) => new SealedLog(directory) })
