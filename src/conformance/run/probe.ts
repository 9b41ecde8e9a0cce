/** Tells an adapter that cannot be run from storage that fails, before any suite has a say. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LogStore } from '../../log/index.ts'
import { messageOf } from '../../message-of.ts'
import type { LogAdapter } from '../adapter.ts'
import { fullParts } from '../contract/index.ts'
import { AdapterError, StoreFailure } from '../kit/index.ts'

/**
 * Calls everything that no log can be without, once, in a new directory. What it answers is for the suites to judge; that it
 * answers is not.
 * @throws {AdapterError} a method is missing, throws, hangs or answers a value of the wrong type
 */
export function probeAdapter(adapter: LogAdapter): void {
  // What implements Holdfast's own port is no stranger.
  if (adapter.capabilities === undefined || adapter.kind === 'state-machine') return
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-probe-'))
  try {
    for (const round of ['first', 'second'] as const) visit(adapter, directory, round)
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

function visit(adapter: LogAdapter, directory: string, round: 'first' | 'second'): void {
  const where = round === 'first' ? 'in a new, empty directory' : 'once more, after one entry and close()'
  const failing = <T>(doing: string, body: () => T): T => {
    try {
      return body()
    } catch (error) {
      throw explained(error, `"${adapter.name}" was tried ${where}, and ${doing} failed`)
    }
  }
  const log = failing('open()', () => adapter.open(directory))
  try {
    if (adapter.kind !== 'log') {
      visitEngine(adapter, log, failing)
      return
    }
    failing('firstIndex()', () => log.firstIndex)
    failing('nextIndex()', () => log.nextIndex)
    failing('append()', () => log.commit([{ kind: 'append', entries: [Uint8Array.of(1)] }]))
    failing('read()', () => log.read(0, 1))
    failing('close()', () => log.close())
  } finally {
    log.abandon()
  }
}

type Failing = <T>(doing: string, body: () => T) => T

function visitEngine({ parts = {}, kind }: LogAdapter, log: LogStore, failing: Failing): void {
  if (kind === 'paxos') {
    const storage = fullParts(parts).createPaxosStorage<unknown, unknown>(log, {})
    failing('getLogLen()', () => storage.getLogLen())
    failing('appendEntry()', () => storage.appendEntry('x'))
    failing('getSuffix()', () => storage.getSuffix(0))
  }
  if (kind === 'raft') {
    const { log: entries, hardState } = fullParts(parts).createRaftNode<unknown>(log, {})
    failing('lastLogId()', () => entries.lastLogId)
    failing('purgeBoundary()', () => entries.purgeBoundary)
    failing('load()', () => hardState.load())
  }
  failing('close()', () => log.close())
}

/** The adapter's own errors tell what to do already. */
function explained(error: unknown, text: string): unknown {
  if (error instanceof AdapterError || !(error instanceof StoreFailure)) return error
  const next = 'see that it works by itself, then run the suites again'
  return new AdapterError('open', `${text}: ${error.name}: ${messageOf(error)}; ${next}`, { cause: error })
}
