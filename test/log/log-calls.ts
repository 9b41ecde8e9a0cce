/** Calls that a log must refuse: all of them when it is closed or poisoned, and those with an argument that makes no sense. */
import type { LogStore } from '../../src/log/index.ts'
import { type BadCall, metaKeys } from './log-steps.ts'

// biome-ignore lint/suspicious/noExplicitAny: what is given may be anything; that is the test.
type Anything = any

/** Every call, some with arguments that would be refused for themselves: being closed or poisoned comes first. */
export function everyCall(store: LogStore): readonly (() => unknown)[] {
  const log = store as Anything
  return [
    () => log.firstIndex,
    () => log.nextIndex,
    () => log.compactedIndex,
    () => log.commit([]),
    () => log.commit([{ kind: 'append', entries: [Uint8Array.of(1)] }]),
    () => log.commit('nonsense'),
    () => log.defer([{ kind: 'trim', upTo: 100 }]),
    () => log.defer([{ kind: 'trim', upTo: -1 }]),
    () => log.flush(),
    () => log.get(0),
    () => log.read(0, 1),
    () => log.read(-1, 0.5),
    () => log.entries(),
    () => log.getMeta(metaKeys[0]),
    () => log.reclaim(),
    () => log.audit(),
  ]
}

/** Makes `call` with an argument that it must refuse. */
export function callBadly(log: LogStore, call: BadCall, argument: Anything): void {
  switch (call) {
    case 'get':
      log.get(argument)
      return
    case 'readFrom':
      log.read(argument, 3)
      return
    case 'readTo':
      log.read(0, argument)
      return
    case 'readMaxBytes':
      // `null` counts as not given, in JavaScript's way of defaults.
      log.read(0, 3, { maxBytes: argument ?? -1 })
      return
    case 'walkFrom':
      log.entries(argument)
      return
    case 'getMeta':
      log.getMeta(argument)
      return
    case 'reclaim':
      log.reclaim(argument)
      return
    default:
      call satisfies never
  }
}
