/** Events and statistics, for tests that play the store. */
import type { LogStats, OpenEvent, WriteEvent, WriteFailureEvent } from '../../src/observer.ts'

const emptyStats: LogStats = {
  firstIndex: 0,
  nextIndex: 0,
  compactedIndex: 0,
  entries: 0,
  reclaimableEntries: 0,
  deferredOps: 0,
  oldestDeferredAt: undefined,
  isPoisoned: false,
  sizeBytes: 0,
  usedBytes: 0,
  mapSizeBytes: 0,
  filesystemAvailBytes: 0,
  openReadTransactions: 0,
}

export function openEvent(log: string, stats: Partial<LogStats> = {}, durationMs = 0): OpenEvent {
  const all = { ...emptyStats, ...stats }
  return { log, durationMs, firstIndex: 0, nextIndex: 0, compactedIndex: 0, stats: () => all }
}

export function writeEvent(log: string, event: Partial<WriteEvent> = {}): WriteEvent {
  return {
    log,
    operation: 'commit',
    class: 'commit',
    durationMs: 1,
    appendedEntries: 0,
    appendedBytes: 0,
    truncatedEntries: 0,
    trimmedEntries: 0,
    ...event,
  }
}

export function failureEvent(log: string, event: Partial<WriteFailureEvent> = {}): WriteFailureEvent {
  return {
    log,
    operation: 'commit',
    class: 'commit',
    reason: 'io',
    durationMs: 1,
    error: new Error('EIO'),
    ...event,
  }
}
