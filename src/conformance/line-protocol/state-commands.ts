/** Which commands a state machine has, and what the reply to each has to hold. Since version 1.1. */
import type { Field } from './commands.ts'

export type StateCommandName =
  | 'recover'
  | 'serve'
  | 'unserve'
  | 'position'
  | 'apply'
  | 'getKey'
  | 'getKeys'
  | 'scanKeys'
  | 'openView'
  | 'closeView'
  | 'size'
  | 'lease'
  | 'createSnapshot'
  | 'listSnapshots'
  | 'currentSnapshot'
  | 'openSnapshot'
  | 'readBlock'
  | 'closeSnapshot'
  | 'beginInstall'
  | 'haveBlocks'
  | 'writeBlock'
  | 'commitInstall'
  | 'abortInstall'
  | 'checkpoint'
  | 'resetState'
  | 'collectExpired'
  | 'digest'

const object: Field = { type: 'plain object' }
const objectOrNull: Field = { type: 'plain object or null' }
const index: Field = { type: 'index' }

export const stateReplyFields: Readonly<Record<StateCommandName, Readonly<Record<string, Field>>>> = {
  recover: { recovery: object },
  serve: {},
  unserve: {},
  position: { state: { type: 'text' }, applied: object, durableApplied: object, membership: objectOrNull },
  apply: { report: object },
  getKey: { found: objectOrNull },
  getKeys: { found: object },
  scanKeys: { found: object },
  openView: { view: index, at: object },
  closeView: {},
  size: { size: object },
  lease: { answer: object },
  createSnapshot: { manifest: object },
  listSnapshots: { manifests: { type: 'plain objects' } },
  currentSnapshot: { manifest: objectOrNull },
  openSnapshot: { source: index, manifest: object },
  readBlock: { bytes: { type: 'bytes' }, checksum: index },
  closeSnapshot: {},
  beginInstall: { install: index },
  haveBlocks: { blocks: { type: 'indexes' } },
  writeBlock: {},
  commitInstall: {},
  abortInstall: {},
  checkpoint: {},
  resetState: {},
  collectExpired: { count: index },
  digest: { digest: object },
}
