/** What cases expect, in the words of the contract. */
import assert from 'node:assert/strict'
import { HoldfastError } from '../../errors.ts'
import type { ApplyOptions, ApplyReport, SnapshotManifest, StateMachine } from '../../state-machine/index.ts'
import { entriesFrom, realEntry, type Step, viewOf } from './entries.ts'
import type { ModelEntry, ModelView, StateModel } from './model.ts'

/** Applies `steps` as one chunk, right after what is applied. */
export function applySteps(
  machine: StateMachine,
  steps: readonly Step[],
  options?: ApplyOptions,
): Promise<ApplyReport> {
  const { index, term } = machine.applied()
  return applyEntries(machine, entriesFrom(index + 1, steps, Math.max(term, 1)), options)
}

export function applyEntries(
  machine: StateMachine,
  entries: readonly ModelEntry[],
  options?: ApplyOptions,
): Promise<ApplyReport> {
  return machine.applyChunk(entries.map(realEntry), options)
}

/** The codes of the results of `steps`, applied as one chunk. */
export async function codesOf(machine: StateMachine, steps: readonly Step[]): Promise<string[]> {
  return (await applySteps(machine, steps)).results.map(({ code }) => code)
}

/** Asserts that it throws, or rejects with, an error of ours with `fields`, of which `code` is one. */
export async function assertRefused(
  what: string,
  call: () => unknown,
  fields: Readonly<Record<string, unknown>>,
): Promise<HoldfastError> {
  let thrown: unknown
  try {
    await call()
  } catch (error) {
    thrown = error
  }
  assert(thrown !== undefined, `${what} is refused`)
  if (!(thrown instanceof HoldfastError)) throw thrown
  for (const [field, expected] of Object.entries(fields)) {
    assert.deepEqual(thrown[field as keyof HoldfastError], expected, `${what}: ${field} of ${thrown.message}`)
  }
  return thrown
}

/** Asserts that everything that can be seen of `machine` is what `model` says. */
export function assertState(machine: StateMachine, model: StateModel | ModelView): void {
  const view = 'view' in model ? model.view() : model
  assert.deepEqual(viewOf(machine), view, 'the state is that of the model')
  const leases = view.rows.filter(({ expireAt }) => expireAt !== undefined)
  const expiries = leases.map(({ expireAt }) => expireAt ?? 0)
  assert.deepEqual(
    { ...machine.size(), nextExpiry: machine.leases.nextExpiry() },
    {
      keys: view.rows.length,
      leases: leases.length,
      bytes: view.rows.reduce(
        (sum, { key, value }) => sum + Buffer.byteLength(key) + Buffer.byteLength(value),
        0,
      ),
      nextExpiry: expiries.length === 0 ? undefined : Math.min(...expiries),
    },
    'the sizes are those of the model',
  )
}

/** What all replicas at one position have in common. */
export function digestOf(machine: StateMachine): ReturnType<StateMachine['digest']> {
  return machine.digest({ deep: true })
}

/** Sends snapshot `id` of `from` to `to`, and puts it in use there. */
export async function transfer(from: StateMachine, to: StateMachine, id: string): Promise<SnapshotManifest> {
  const source = await from.openSnapshot(id)
  try {
    const install = await to.beginInstall(source.manifest)
    for await (const { block, bytes } of source.blocks()) await install.write(block, bytes)
    await install.commit()
    return source.manifest
  } finally {
    await source.close()
  }
}
