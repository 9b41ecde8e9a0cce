/**
 * The one place that says what a command does. A function of the state and the entry and of nothing else: no wall clock, no
 * chance, no order of a map, nothing of the chunk that the entry came in.
 */

import type { LogId } from '../../raft/index.ts'
import type { Command } from './command.ts'
import type { AppliedEntry, Effect } from './effects.ts'
import { clockMax, keyBytesMax, membershipBytesMax, ttlMsMax, valueBytesMax } from './limits.ts'
import type { ResultCode } from './result-codes.ts'
import { isVisible, type Row, type StateFormat } from './values.ts'

/** What `apply` sees of a state. */
export interface ApplyState {
  readonly clock: number
  /** What is stored under `key`, expired or not. */
  row(key: Uint8Array): Row | undefined
}

/** An entry whose command is decoded. */
export interface DecodedEntry extends LogId {
  readonly time: number | undefined
  readonly command: Command
}

/** What an entry did, and what its result says beyond that. */
export interface Outcome {
  readonly entry: AppliedEntry
  /** Whether a reader can tell the difference, beside the position. */
  readonly isChanged: boolean
  /** What could be seen under the command's key before. */
  readonly previous: Row | undefined
  readonly expireAt: number | undefined
}

interface Decision {
  readonly code: ResultCode
  readonly effects: readonly Effect[]
  readonly isChanged: boolean
  readonly previous: Row | undefined
  readonly expireAt?: number | undefined
}

/** What `entry` does to `state`. Changes nothing. Keys and values in it are those of the command, and not copied. */
export function apply(state: ApplyState, entry: DecodedEntry, format: StateFormat): Outcome {
  const { index, term, time, command } = entry
  const clock = Math.max(state.clock, time ?? 0)
  const decision = decide({ state, clock, index, format }, command)
  const { code, effects, isChanged, previous, expireAt } = decision
  return { entry: { index, term, clock, code, effects }, isChanged, previous, expireAt }
}

interface Deciding {
  readonly state: ApplyState
  readonly clock: number
  readonly index: number
  readonly format: StateFormat
}

/** A key that has expired by now is absent for everything that follows. */
function visibleRow({ state, clock }: Deciding, key: Uint8Array): Row | undefined {
  const row = state.row(key)
  return row !== undefined && isVisible(row, clock) ? row : undefined
}

function decide(deciding: Deciding, command: Command): Decision {
  const refused = refusal(deciding.format, command)
  if (refused !== undefined) return nothing(refused)
  switch (command.kind) {
    case 'noop':
      return nothing('OK')
    case 'put':
      return put(deciding, command, visibleRow(deciding, command.key))
    case 'delete':
      return remove(visibleRow(deciding, command.key))
    case 'cas': {
      const previous = visibleRow(deciding, command.key)
      return isExpected(command.expected, previous)
        ? put(deciding, command, previous)
        : nothing('CAS_MISMATCH', previous)
    }
    case 'touch':
      return touch(deciding, command.ttlMs, visibleRow(deciding, command.key))
    case 'config':
      return {
        code: 'OK',
        effects: [{ kind: 'membership', bytes: new Uint8Array(command.membership) }],
        isChanged: true,
        previous: undefined,
      }
    default:
      return command satisfies never
  }
}

/** Why a command is refused whatever the state is. The first reason in this order is the result. */
function refusal(format: StateFormat, command: Command): ResultCode | undefined {
  if (command.kind === 'noop') return undefined
  if (command.kind === 'config') {
    return command.membership.length > membershipBytesMax ? 'VALUE_TOO_LARGE' : undefined
  }
  if (command.key.length === 0) return 'KEY_EMPTY'
  if (command.key.length > keyBytesMax) return 'KEY_TOO_LONG'
  if ('value' in command && command.value.length > valueBytesMax) return 'VALUE_TOO_LARGE'
  if (!('ttlMs' in command) || command.ttlMs === undefined) return undefined
  if (!format.isTtlEnabled) return 'TTL_DISABLED'
  const isTtl = Number.isInteger(command.ttlMs) && command.ttlMs >= 1 && command.ttlMs <= ttlMsMax
  return isTtl ? undefined : 'TTL_INVALID'
}

function put(
  { clock, index }: Deciding,
  { key, value, ttlMs }: Extract<Command, { kind: 'put' | 'cas' }>,
  previous: Row | undefined,
): Decision {
  const expireAt = ttlMs === undefined ? undefined : expiry(clock, ttlMs)
  const row = {
    key,
    value,
    createIndex: previous?.createIndex ?? index,
    modIndex: index,
    expireAt,
  }
  return { code: 'OK', effects: [{ kind: 'put', row }], isChanged: true, previous, expireAt }
}

function remove(previous: Row | undefined): Decision {
  if (previous === undefined) return nothing('OK')
  return { code: 'OK', effects: [{ kind: 'delete', key: previous.key }], isChanged: true, previous }
}

function touch({ clock }: Deciding, ttlMs: number, previous: Row | undefined): Decision {
  if (previous === undefined) return nothing('NOT_FOUND')
  const expireAt = expiry(clock, ttlMs)
  const effects: Effect[] = [{ kind: 'touch', key: previous.key, expireAt }]
  return { code: 'OK', effects, isChanged: expireAt !== previous.expireAt, previous, expireAt }
}

function nothing(code: ResultCode, previous?: Row): Decision {
  return { code, effects: [], isChanged: false, previous }
}

function isExpected(expected: Uint8Array | null, row: Row | undefined): boolean {
  if (expected === null) return row === undefined
  return row !== undefined && Buffer.compare(expected, row.value) === 0
}

function expiry(clock: number, ttlMs: number): number {
  return Math.min(clock + ttlMs, clockMax)
}
