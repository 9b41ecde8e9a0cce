/** Entries for a state machine, and what it shows, as texts. */
import type { ApplyEntry, Command, StateMachine } from '../../state-machine/index.ts'
import type { ModelCommand, ModelEntry, ModelView } from './model.ts'

/** A command, or a command with its time. */
export type Step = ModelCommand | { readonly time: number; readonly command: ModelCommand }

export function put(key: string, value: string, ttlMs?: number): ModelCommand {
  return { kind: 'put', key, value, ...(ttlMs === undefined ? {} : { ttlMs }) }
}

export function remove(key: string): ModelCommand {
  return { kind: 'delete', key }
}

export function cas(key: string, expected: string | null, value: string, ttlMs?: number): ModelCommand {
  return { kind: 'cas', key, expected, value, ...(ttlMs === undefined ? {} : { ttlMs }) }
}

export function touch(key: string, ttlMs: number): ModelCommand {
  return { kind: 'touch', key, ttlMs }
}

export function config(membership: string): ModelCommand {
  return { kind: 'config', membership }
}

export const noop: ModelCommand = { kind: 'noop' }

export function at(time: number, command: ModelCommand): Step {
  return { time, command }
}

/** Entries from `from` on, of one term. */
export function entriesFrom(from: number, steps: readonly Step[], term = 1): ModelEntry[] {
  return steps.map((step, offset) => ({
    index: from + offset,
    term,
    ...('command' in step ? step : { command: step }),
  }))
}

export function bytes(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text))
}

export function text(value: Uint8Array): string {
  return Buffer.from(value).toString()
}

export function realEntry({ index, term, time, command }: ModelEntry): ApplyEntry {
  return { index, term, command: realCommand(command), ...(time === undefined ? {} : { time }) }
}

export function realCommand(command: ModelCommand): Command {
  switch (command.kind) {
    case 'noop':
      return command
    case 'put':
      return { ...command, key: bytes(command.key), value: bytes(command.value) }
    case 'delete':
    case 'touch':
      return { ...command, key: bytes(command.key) }
    case 'cas': {
      const expected = command.expected === null ? null : bytes(command.expected)
      return { ...command, key: bytes(command.key), expected, value: bytes(command.value) }
    }
    case 'config':
      return { kind: 'config', membership: bytes(command.membership) }
    default:
      return command satisfies never
  }
}

/** Everything that can be seen of a state machine that serves. */
export function viewOf(machine: StateMachine): ModelView {
  const { index, term, clock } = machine.applied()
  const membership = machine.membership()
  const { items } = machine.scan({ limit: Number.MAX_SAFE_INTEGER })
  return {
    index,
    term,
    clock,
    membership: membership && { ...membership.at, text: text(membership.bytes) },
    rows: items.map(([key, { value, createIndex, modIndex, expireAt }]) => ({
      key: text(key),
      value: text(value),
      createIndex,
      modIndex,
      expireAt,
    })),
  }
}
