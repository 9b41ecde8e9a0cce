/**
 * Whether a history is one that right storage keeps. Calls that were left out may have been those that made the others legal: an
 * entry of a term that was never saved is a mistake of whoever calls.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MemoryDisk, MemoryLog } from '../../log/index.ts'
import type { LogAdapter } from '../adapter.ts'
import type { IssuedCall } from '../kill/child-process.ts'
import { outcomeOfThrown } from '../kill/talk-to-parent.ts'
import type { Outcome } from '../oracle.ts'
import type { RaftHistoryOperation } from './history.ts'
import { blankState } from './model.ts'
import { openRaft } from './opened.ts'
import { judgeRaft } from './oracle.ts'
import { perform, readRecovered } from './perform.ts'

/** Does `operations` to Raft storage in memory, of which nothing is ever lost; with its snapshots, or without any. */
export async function isSound(
  operations: readonly RaftHistoryOperation[],
  hasSnapshots: boolean,
): Promise<boolean> {
  if (!isCommitKept(operations)) return false
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-kill-'))
  const adapter = createSoundAdapter(hasSnapshots)
  try {
    const issued = await performAll(adapter, directory, operations)
    const recovered = await readRecovered(adapter, directory)
    return judgeRaft(blankState, issued, recovered).findings.length === 0
  } catch {
    return false
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

/** Of one storage, in memory, whatever the directory. */
export function createSoundAdapter(hasSnapshots: boolean): LogAdapter {
  const disk = new MemoryDisk()
  return {
    ...{ name: 'memory', survivesProcess: false, kind: hasSnapshots ? 'log' : 'raft' },
    open: () => new MemoryLog({ disk }),
  }
}

/** An engine never takes back what it knows to be committed, and storage may refuse it. */
export function isCommitKept(operations: readonly RaftHistoryOperation[]): boolean {
  let known = 0
  return operations.every((operation) => {
    if (operation.kind !== 'save' && operation.kind !== 'saveWith') return true
    const { commit = 0 } = operation.state
    const isKept = commit >= known
    known = commit
    return isKept
  })
}

async function performAll(
  adapter: LogAdapter,
  directory: string,
  operations: readonly RaftHistoryOperation[],
): Promise<IssuedCall<RaftHistoryOperation>[]> {
  const issued: IssuedCall<RaftHistoryOperation>[] = []
  let storage = openRaft(adapter, directory)
  for (const operation of operations) {
    if (operation.kind === 'reopen') {
      storage.close()
      storage = openRaft(adapter, directory)
      issued.push({ operation, outcome: { kind: 'done' } })
      continue
    }
    const call = perform(storage, operation)
    const outcome = await call.then((result): Outcome => ({ kind: 'done', result }), outcomeOfThrown)
    issued.push({ operation, outcome })
  }
  storage.close()
  return issued
}
