/** What a state machine is asked beside its whole state, and what the model says to that. */
import type { ReadValue, ScanOptions, ScanResult, StateMachine } from '../../../state-machine/index.ts'
import { bytes, text } from '../../state-machine/entries.ts'
import { logKeys } from '../../state-machine/history.ts'
import type { ModelRow, ModelView } from '../../state-machine/model.ts'
import { bytesIn } from '../../state-machine/model-digest.ts'

export interface Question {
  /** The call, in one line. */
  readonly call: string
  readonly ask: (machine: StateMachine) => unknown
  /** Of plain values, as what is asked. */
  readonly answer: unknown
}

const noLimit = Number.MAX_SAFE_INTEGER
const allKeys: readonly string[] = [...logKeys, 'absent', '']
const keysOfFew = 2

/** `isFew`: each answer takes its time, and single keys are asked about by turns. */
export function questions(view: ModelView, isFew: boolean): Question[] {
  const from = view.index % allKeys.length
  const asked = isFew ? [...allKeys, ...allKeys].slice(from, from + keysOfFew) : allKeys
  return [
    ...reads(view, asked),
    ...scans(view),
    ...sizes(view),
    ...leases(view, asked),
    ...expiredOnes(view, asked),
  ]
}

function reads(view: ModelView, asked: readonly string[]): Question[] {
  const rowOf = (key: string): ModelRow | undefined => view.rows.find((row) => row.key === key)
  const many = allKeys.toReversed()
  return [
    ...asked.map((key) => ({
      call: `get(${JSON.stringify(key)})`,
      ask: (machine: StateMachine) => plainRead(machine.get(bytes(key))),
      answer: plainRow(rowOf(key)),
    })),
    {
      call: `getMulti(${JSON.stringify(many)})`,
      ask: (machine) => {
        const { values, at } = machine.getMulti(many.map(bytes))
        return [at.index, ...values.map(plainRead)]
      },
      answer: [view.index, ...many.map((key) => plainRow(rowOf(key)))],
    },
  ]
}

function scans({ rows }: ModelView): Question[] {
  const keys = rows.map(({ key }) => key)
  const within = (keep: (key: Uint8Array) => boolean): string[] => keys.filter((key) => keep(bytes(key)))
  const order = (left: Uint8Array, right: string): number => Buffer.compare(left, bytes(right))
  return [
    pages('{ limit: 2 }', { limit: 2 }, keys),
    pages('{ limit: 3, reverse: true }', { limit: 3, reverse: true }, keys.toReversed()),
    pages(
      '{ gte: "b", lt: "e", limit: 1 }',
      { gte: bytes('b'), lt: bytes('e'), limit: 1 },
      within((key) => order(key, 'b') >= 0 && order(key, 'e') < 0),
    ),
    pages(
      '{ prefix: "long", limit: 9 }',
      { prefix: bytes('long'), limit: 9 },
      keys.filter((key) => key.startsWith('long')),
    ),
  ]
}

/** From page to page, until there is no more. */
function pages(named: string, options: ScanOptions, keys: readonly string[]): Question {
  return {
    call: `scan(${named}), from page to page,`,
    ask: (machine) => allPages(machine, options),
    answer: keys,
  }
}

function allPages(machine: StateMachine, options: ScanOptions): string[] {
  const seen: string[] = []
  let from: Uint8Array | undefined
  // A page without a key, or one more than there can be, is no way to the end.
  for (let page = 0; page <= logKeys.length; page++) {
    const on = from === undefined ? {} : options.reverse ? { lt: from } : { gte: from }
    const { items, next }: ScanResult = machine.scan({ ...options, ...on })
    seen.push(...items.map(([key]) => text(key)))
    if (items.length > options.limit) seen.push(`and ${items.length} in one page`)
    if (next === undefined) return seen
    from = next
  }
  return [...seen, 'and no end']
}

function sizes({ rows }: ModelView): Question[] {
  const leased = rows.filter(({ expireAt }) => expireAt !== undefined).length
  return [
    {
      call: 'size()',
      ask: (machine) => {
        const { keys, leases: some, bytes: sum } = machine.size()
        return { keys, leases: some, bytes: sum }
      },
      answer: { keys: rows.length, leases: leased, bytes: bytesIn(rows) },
    },
    { call: 'leases.size', ask: ({ leases: { size } }) => size, answer: leased },
  ]
}

function leases({ rows }: ModelView, asked: readonly string[]): Question[] {
  const expiries = rows.flatMap(({ expireAt }) => expireAt ?? [])
  return [
    {
      call: 'leases.nextExpiry()',
      ask: (machine) => machine.leases.nextExpiry() ?? null,
      answer: expiries.length === 0 ? null : Math.min(...expiries),
    },
    {
      call: `leases.expireAt() of ${JSON.stringify(asked)}`,
      ask: (machine) => asked.map((key) => machine.leases.expireAt(bytes(key)) ?? null),
      answer: asked.map((key) => rows.find((row) => row.key === key)?.expireAt ?? null),
    },
  ]
}

/** Which of the expired keys are still stored is the state machine's own affair, and it has to be of one mind about it. */
function expiredOnes({ rows }: ModelView, asked: readonly string[]): Question[] {
  const isVisible = (key: string): boolean => rows.some((row) => row.key === key)
  const expiredIn = (machine: StateMachine): string[] => machine.leases.expired(noLimit).map(text)
  return [
    {
      call: 'leases.expired(), of keys that can be seen,',
      ask: (machine) => expiredIn(machine).filter(isVisible),
      answer: [],
    },
    {
      call: 'leases.isExpired() and mayHaveExpired(), otherwise than expired(),',
      ask: (machine) => {
        const expired = expiredIn(machine)
        const others = asked.filter((key) => machine.leases.isExpired(bytes(key)) !== expired.includes(key))
        return machine.leases.mayHaveExpired() === expired.length > 0 ? others : [...others, 'any']
      },
      answer: [],
    },
  ]
}

function plainRead(read: ReadValue | undefined): unknown {
  if (read === undefined) return null
  const { value, createIndex, modIndex, expireAt } = read
  const plain = [text(value), createIndex, modIndex, expireAt ?? null]
  // The bytes are the reader's own: whatever becomes of them, the next one sees what is stored.
  value.fill(0xff)
  return plain
}

function plainRow(row: ModelRow | undefined): unknown {
  if (row === undefined) return null
  const { value, createIndex, modIndex, expireAt } = row
  return [value, createIndex, modIndex, expireAt ?? null]
}
