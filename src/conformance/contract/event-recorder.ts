/** An observer that writes down what it is told. */
import type { StoreObserver } from '../../observer.ts'
import type { ObservedEvent } from './contract-case.ts'

/** Returns an observer that appends each event to `events`. */
export function recordInto(events: ObservedEvent[]): StoreObserver {
  return {
    onOpen: (event) => events.push({ kind: 'open', event }),
    onCommitStart: (event) => events.push({ kind: 'commitStart', event }),
    onWrite: (event) => events.push({ kind: 'write', event }),
    onWriteFailure: (event) => events.push({ kind: 'writeFailure', event }),
    onCorruption: (event) => events.push({ kind: 'corruption', event }),
    onClose: (event) => events.push({ kind: 'close', event }),
  }
}
