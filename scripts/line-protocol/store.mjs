/** A storage in Node that speaks the line protocol: `holdfast conform --command 'node store.mjs'`. */
import { FileLog } from './file-log.mjs'
import { serve } from './serve.mjs'

export const hello = {
  protocol: 1,
  name: 'a file in Node',
  version: '1.0.0',
  language: 'JavaScript',
  capabilities: {
    appendList: 'atomic',
    replaceSuffix: 'atomic',
    trim: 'returned',
    floor: 'returned',
    metadata: 'returned',
    batch: true,
    endRemembered: true,
  },
}

if (process.argv[1] === import.meta.filename)
  await serve({ hello, open: (directory) => new FileLog(directory) })
