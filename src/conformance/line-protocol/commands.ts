/** Version 1 of the line protocol: which commands there are, and what the reply to each has to hold. See docs/line-protocol.md. */

import { type RaftCommandName, raftReplyFields } from './raft-commands.ts'
import { type StateCommandName, stateReplyFields } from './state-commands.ts'

/** What both sides say in `hello`. Another number is another protocol. */
export const protocolVersion = 1

/**
 * What was added to it since. A storage that needs something of that says so as `minor` in its `hello`; one that says nothing is of
 * 1.0, and is asked as it always was. 1.1 brought the kinds `raft` and `state-machine`, and `commands`.
 */
export const protocolMinor = 1

export type CommandName =
  | 'hello'
  | 'open'
  | 'append'
  | 'read'
  | 'indexes'
  | 'replaceSuffix'
  | 'trim'
  | 'compact'
  | 'setMeta'
  | 'getMeta'
  | 'commit'
  | 'defer'
  | 'flush'
  | 'audit'
  | PaxosCommandName
  | RaftCommandName
  | StateCommandName
  | 'close'
  | 'stop'

/** Those of a storage of kind `paxos` alone. */
export type PaxosCommandName =
  | 'appendEntries'
  | 'appendOnPrefix'
  | 'setPromise'
  | 'getPromise'
  | 'setAcceptedRound'
  | 'getAcceptedRound'
  | 'setDecidedIdx'
  | 'getDecidedIdx'
  | 'getEntries'
  | 'getSuffix'
  | 'getLogLen'
  | 'setCompactedIdx'
  | 'getCompactedIdx'
  | 'setSnapshot'
  | 'getSnapshot'
  | 'setStopsign'
  | 'getStopsign'
  | 'writeAtomically'

/** How a field of a reply is written. */
export type FieldType =
  | 'index'
  | 'text'
  | 'texts'
  | 'bytes'
  | 'bytes or null'
  | 'bytes list'
  | 'object'
  | 'object or null'
  | 'objects'
  | 'raft entries'
  | 'indexes'
  | 'plain object'
  | 'plain object or null'
  | 'plain objects'

export interface Field {
  readonly type: FieldType
  /** A reply may lack it. */
  readonly isOptional?: boolean
}

/** Each reply's fields, beside its `id`. A reply to a command that is not acked yet is no reply: there is nothing to fill in. */
export const replyFields: Readonly<Record<CommandName, Readonly<Record<string, Field>>>> = {
  hello: {
    protocol: { type: 'index' },
    minor: { type: 'index', isOptional: true },
    name: { type: 'text' },
    version: { type: 'text', isOptional: true },
    language: { type: 'text', isOptional: true },
    kind: { type: 'text', isOptional: true },
    capabilities: { type: 'object' },
    volatileFiles: { type: 'texts', isOptional: true },
    commands: { type: 'texts', isOptional: true },
  },
  open: {},
  append: {},
  read: { entries: { type: 'bytes list' } },
  indexes: {
    firstIndex: { type: 'index' },
    nextIndex: { type: 'index' },
    compactedIndex: { type: 'index', isOptional: true },
  },
  replaceSuffix: {},
  trim: {},
  compact: {},
  setMeta: {},
  getMeta: { value: { type: 'bytes or null' } },
  commit: {},
  defer: {},
  flush: {},
  audit: { findings: { type: 'objects' } },
  appendEntries: { length: { type: 'index' } },
  appendOnPrefix: { length: { type: 'index' } },
  setPromise: {},
  getPromise: { ballot: { type: 'object or null' } },
  setAcceptedRound: {},
  getAcceptedRound: { ballot: { type: 'object or null' } },
  setDecidedIdx: {},
  getDecidedIdx: { index: { type: 'index' } },
  getEntries: { entries: { type: 'bytes list' } },
  getSuffix: { entries: { type: 'bytes list' } },
  getLogLen: { length: { type: 'index' } },
  setCompactedIdx: {},
  getCompactedIdx: { index: { type: 'index' } },
  setSnapshot: {},
  getSnapshot: { value: { type: 'bytes or null' } },
  setStopsign: {},
  getStopsign: { value: { type: 'bytes or null' } },
  writeAtomically: {},
  ...raftReplyFields,
  ...stateReplyFields,
  close: {},
  stop: {},
}

/** The fields of `error`, which any reply may have instead of its own. */
export const errorFields: Readonly<Record<string, Field | 'boolean'>> = {
  code: { type: 'text' },
  message: { type: 'text' },
  definite: 'boolean',
  details: { type: 'object', isOptional: true },
}
