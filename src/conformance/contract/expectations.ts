/** What a log shows, and what it should: compared strictly, the physical keys included. */
import assert from 'node:assert/strict'
import type { LogStore } from '../../log/index.ts'
import type { ObservedEvent } from './contract-case.ts'

/** Everything a log shows, but its metadata, whose names only its user knows. Values as text. */
export interface LogView {
  readonly firstIndex: number
  readonly nextIndex: number
  readonly compactedIndex: number
  readonly entries: readonly (readonly [index: number, value: string])[]
}

/** A log without holes. */
export interface ExpectedLog {
  readonly first: number
  readonly next: number
  /** Default 0. */
  readonly floor?: number
  /** The entries from `first` on. */
  readonly values: readonly string[]
}

/** UTF-8 as text. */
export function textOf(value: Uint8Array): string {
  return new TextDecoder().decode(value)
}

export function viewOf(log: LogStore): LogView {
  return {
    firstIndex: log.firstIndex,
    nextIndex: log.nextIndex,
    compactedIndex: log.compactedIndex,
    entries: Array.from(log.entries(), ({ index, value }) => [index, textOf(value)] as const),
  }
}

export function valuesOf(log: LogStore): string[] {
  return Array.from(log.entries(), ({ value }) => textOf(value))
}

export function metaOf(log: LogStore, key: string): string | undefined {
  const value = log.getMeta(key)
  return value && textOf(value)
}

/** Asserts that every way of looking at `log` shows `expected`, and that the audit finds nothing. */
export function assertLog(log: LogStore, expected: ExpectedLog): void {
  const { first, next, floor = 0, values } = expected
  assert.deepEqual(viewOf(log), {
    firstIndex: first,
    nextIndex: next,
    compactedIndex: floor,
    entries: values.map((value, offset) => [first + offset, value] as const),
  })
  const end = first + values.length
  assert.deepEqual(log.read(first, end).map(textOf), values, 'read() shows what entries() shows')
  for (const [offset, value] of values.entries()) {
    const stored = log.get(first + offset)
    assert.equal(stored && textOf(stored), value, `get(${first + offset})`)
  }
  for (const outside of [first - 1, end]) {
    if (outside >= 0) assert.equal(log.get(outside), undefined, `get(${outside}) lies outside`)
  }
  assert.deepEqual(log.audit(), [], 'the audit finds nothing')
}

/** Asserts that `log` holds exactly `view`, holes included, and that the audit finds nothing. */
export function assertView(log: LogStore, view: LogView): void {
  assert.deepEqual(viewOf(log), view)
  assert.deepEqual(log.audit(), [], 'the audit finds nothing')
}

// biome-ignore lint/suspicious/noExplicitAny: a class of errors is asked for, whatever its constructor takes.
type ErrorClass<E> = abstract new (...parameters: any) => E

/** Asserts that `body` throws an `errorClass`, and returns it. `what` is for the message. */
export function assertThrows<E>(errorClass: ErrorClass<E>, body: () => unknown, what = 'the call'): E {
  let result: unknown
  try {
    result = body()
  } catch (error) {
    if (error instanceof errorClass) return error
    throw new assert.AssertionError({
      message: `${what} throws ${String(error)}, and should throw ${errorClass.name}`,
      actual: error,
      expected: errorClass,
    })
  }
  throw new assert.AssertionError({
    message: `${what} returns, and should throw ${errorClass.name}`,
    actual: result,
    expected: errorClass,
  })
}

/** The events of one kind. */
export function eventsOf<K extends ObservedEvent['kind']>(
  events: readonly ObservedEvent[],
  kind: K,
): Extract<ObservedEvent, { kind: K }>['event'][] {
  return events.flatMap((observed) => (observed.kind === kind ? [observed.event] : [])) as never
}
