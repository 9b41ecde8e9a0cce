/** Media on files for tests, without a state machine around them: chunks go in, and what is stored comes out. */

import { cpSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished, vi } from 'vitest'
import { FailpointRegistry } from '../../../failpoints/index.ts'
import { encodeState } from '../../../src/state-machine/canonical/encode-state.ts'
import type { DecodedEntry } from '../../../src/state-machine/core/apply.ts'
import type { Command } from '../../../src/state-machine/core/command.ts'
import { planChunk } from '../../../src/state-machine/core/plan-chunk.ts'
import { FilesStateMedium } from '../../../src/state-machine/files/files-state-medium.ts'
import type { FilesOptions } from '../../../src/state-machine/files/options.ts'
import type { MediumRecovery, StateReader } from '../../../src/state-machine/medium.ts'
import { removeDirectory, temporaryDirectory } from '../../log/temporary-directories.ts'
import { bytesOfPieces } from '../kept-pieces.ts'

export const format = { clusterId: 'test', isTtlEnabled: true }
/** No checkpoint comes by itself. */
export const byHand: FilesOptions = {
  checkpointEntries: Number.POSITIVE_INFINITY,
  checkpointAgeMs: Number.POSITIVE_INFINITY,
}

export interface OpenedMedium {
  readonly medium: FilesStateMedium
  readonly recovery: MediumRecovery
  readonly failpoints: FailpointRegistry
}

/** Abandoned when the test is over. */
export async function openMedium(
  directory: string,
  options: FilesOptions = {},
  failpoints: FailpointRegistry = new FailpointRegistry(),
): Promise<OpenedMedium> {
  const medium = new FilesStateMedium({ name: 'state', directory, failpoints }, { ...byHand, ...options })
  const recovery = await medium.recover(format)
  try {
    onTestFinished(() => medium.abandon())
  } catch {
    // Within a property: it ends its media itself.
  }
  return { medium, recovery, failpoints }
}

export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

export function put(key: string, value: string, ttlMs?: number): Command {
  return { kind: 'put', key: bytes(key), value: bytes(value), ...(ttlMs === undefined ? {} : { ttlMs }) }
}

/** Applies `commands` as one chunk, after what is applied; the clock goes on by a millisecond an entry. */
export function applyCommands(medium: FilesStateMedium, commands: readonly Command[], term = 1): void {
  const { applied } = medium.head
  const entries: DecodedEntry[] = commands.map((command, at) => {
    return { index: applied.index + 1 + at, term, time: applied.clock + 1 + at, command }
  })
  const plan = planChunk(medium, entries, { format, wantPrev: false })
  // What it may return is the turn that it gives to a checkpoint: the chunk is written by now.
  void medium.write({ ...plan, collected: [] })
}

/** Everything that can be seen of a state, as text that is equal only for equal states. */
export function stateOf(state: StateReader): string {
  const stream = bytesOfPieces(encodeState(state, format))
  return stream.toString('base64')
}

export function filesIn(directory: string): string[] {
  return readdirSync(directory)
    .filter((name) => name !== 'holdfast.lock')
    .sort()
}

/** What is in `from`, now, in a directory of its own below `to`. */
export function copyOfDirectory(from: string, to: string, name: string): string {
  const copy = join(to, name)
  cpSync(from, copy, { recursive: true })
  return copy
}

/**
 * A directory in memory where the host has one: a process that only dies needs no disk to keep what it wrote, and syncs cost
 * nothing there.
 */
export function fastDirectory(): string {
  const directory = temporaryDirectory()
  onTestFinished(() => removeDirectory(directory))
  return directory
}

/** Waits until `check` does not throw. Long, for a machine that others use too. */
export function eventually(check: () => void): Promise<void> {
  return vi.waitFor(check, { timeout: 30_000, interval: 5 })
}
