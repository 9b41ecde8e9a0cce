/** A history of a state machine, in words. */
import type { ModelCommand, ModelEntry } from '../model.ts'
import type { StateLog } from './log.ts'
import type { JudgedOperation } from './oracle.ts'

/** As a call, in one line. `log` has the entries that it is of. */
export function describeStateOperation(operation: JudgedOperation, log: StateLog): string {
  switch (operation.kind) {
    case 'apply': {
      const { from, through } = operation
      if (through < from) return 'applyChunk(no entries)'
      return `applyChunk(${range(from, through)}: ${log.entries(from, through).map(describeEntry).join('; ')})`
    }
    case 'install':
      return `install(the ${kindOf(operation)} snapshot of another replica, of ${operation.through})`
    case 'snapshot':
      return `createSnapshot(${kindOf(operation)})`
    case 'collect':
      return `collectExpired(${operation.limit})`
    case 'recovered':
      return `opened again after the power was lost, at ${operation.index}`
    case 'flush':
    case 'checkpoint':
    case 'reset':
    case 'reopen':
      return `${operation.kind}()`
    default:
      return operation satisfies never
  }
}

function kindOf({ native }: { readonly native: boolean }): string {
  return native ? 'native' : 'stream'
}

function range(from: number, through: number): string {
  return from === through ? String(from) : `${from} to ${through}`
}

function describeEntry({ command, time }: ModelEntry): string {
  return time === undefined ? describeCommand(command) : `${describeCommand(command)} at ${time}`
}

function describeCommand(command: ModelCommand): string {
  switch (command.kind) {
    case 'noop':
      return 'noop'
    case 'put':
      return `put ${named(command.key)} ${short(command.value)}${lease(command.ttlMs)}`
    case 'delete':
      return `delete ${named(command.key)}`
    case 'cas': {
      const expected = command.expected === null ? 'none' : short(command.expected)
      return `cas ${named(command.key)} ${expected} to ${short(command.value)}${lease(command.ttlMs)}`
    }
    case 'touch':
      return `touch ${named(command.key)}${lease(command.ttlMs)}`
    case 'config':
      return `config ${short(command.membership)}`
    default:
      return command satisfies never
  }
}

function lease(ttlMs: number | undefined): string {
  return ttlMs === undefined ? '' : ` for ${ttlMs} ms`
}

const charactersMax = 24

const keyCharactersMax = 40

function named(key: string): string {
  if (key === '') return '""'
  return key.length <= keyCharactersMax ? key : `a key of ${key.length} characters`
}

function short(value: string): string {
  return value.length <= charactersMax ? JSON.stringify(value) : `${value.length} characters`
}
