/** Every call that a log answers, for rules that hold for all of them. */
import type { HoldfastError } from '../../errors.ts'
import type { LogStore } from '../../log/index.ts'
import { assertThrows } from './expectations.ts'
import { append, compact, replaceSuffix, setMeta, trim } from './log-ops.ts'

interface Operation {
  readonly name: string
  readonly call: (log: LogStore) => unknown
}

/** Every way to write. */
export const writeOperations: readonly Operation[] = [
  { name: 'commit nothing', call: (log) => log.commit([]) },
  { name: 'commit an append', call: (log) => log.commit([append('x')]) },
  { name: 'commit a truncation', call: (log) => log.commit([replaceSuffix(0)]) },
  { name: 'commit a trim', call: (log) => log.commit([trim(1)]) },
  { name: 'commit a floor', call: (log) => log.commit([compact(1)]) },
  { name: 'commit metadata', call: (log) => log.commit([setMeta('a', 'x')]) },
  { name: 'commit across a gap', call: (log) => log.commit([replaceSuffix(1000, 'x')]) },
  { name: 'defer nothing', call: (log) => log.defer([]) },
  { name: 'defer a trim', call: (log) => log.defer([trim(1)]) },
  { name: 'defer metadata', call: (log) => log.defer([setMeta('a', 'x')]) },
  { name: 'flush', call: (log) => log.flush() },
  { name: 'reclaim', call: (log) => log.reclaim() },
]

/** Every way to read but `stats`. */
export const readOperations: readonly Operation[] = [
  { name: 'firstIndex', call: (log) => log.firstIndex },
  { name: 'nextIndex', call: (log) => log.nextIndex },
  { name: 'compactedIndex', call: (log) => log.compactedIndex },
  { name: 'get', call: (log) => log.get(0) },
  { name: 'read', call: (log) => log.read(0, 1) },
  { name: 'read nothing', call: (log) => log.read(0, 0) },
  { name: 'entries', call: (log) => [...log.entries()] },
  { name: 'getMeta', call: (log) => log.getMeta('a') },
  { name: 'audit', call: (log) => log.audit() },
]

// biome-ignore lint/suspicious/noExplicitAny: a class of errors is asked for, whatever its constructor takes.
type HoldfastErrorClass = new (...parameters: any) => HoldfastError

/** Asserts that `log` refuses each of `operations` with an `errorClass` that names the log. */
export function assertRefusesEach(
  log: LogStore,
  operations: readonly Operation[],
  errorClass: HoldfastErrorClass,
): void {
  for (const { name, call } of operations) {
    const error = assertThrows(errorClass, () => call(log), name)
    // What a stranger's error says is theirs.
    if ('log' in error && !error.message.includes(log.name)) {
      throw new Error(`${name}: the message does not name the log "${log.name}": ${error.message}`)
    }
  }
}
