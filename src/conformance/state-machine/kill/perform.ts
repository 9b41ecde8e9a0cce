/** Does one generated operation to a real state machine. */
import type { FailpointRegistry } from '../../../../failpoints/index.ts'
import type { StateMachine } from '../../../state-machine/index.ts'
import type { StateMachineAdapter } from '../adapter.ts'
import { applyEntries, transfer } from '../expectations.ts'
import type { StateOperation } from './history.ts'
import type { StateLog } from './log.ts'

export interface Node {
  readonly adapter: StateMachineAdapter
  readonly machine: StateMachine
  readonly leader: StateMachine
  readonly log: StateLog
}

export async function startMachine(
  adapter: StateMachineAdapter,
  directory: string,
  failpoints?: FailpointRegistry,
): Promise<StateMachine> {
  const machine = adapter.create(directory, { failpoints })
  await machine.start()
  return machine
}

/** Every operation but `reopen`. Returns the codes of the results, and how far it is durable as `durable <index>`. */
export async function perform(
  { machine, leader, log }: Node,
  operation: Exclude<StateOperation, { kind: 'reopen' }>,
): Promise<readonly string[]> {
  switch (operation.kind) {
    case 'apply': {
      const { results } = await applyEntries(machine, log.entries(operation.from, operation.through))
      return [...results.map(({ code }) => code), durable(machine)]
    }
    case 'install': {
      const from = leader.applied().index + 1
      await applyEntries(leader, log.entries(from, operation.through))
      const { id } = await leader.createSnapshot({ kind: operation.native ? 'native' : 'stream' })
      await transfer(leader, machine, id)
      return [durable(machine)]
    }
    case 'snapshot':
      await machine.createSnapshot({ kind: operation.native ? 'native' : 'stream' })
      return [durable(machine)]
    case 'collect':
      await machine.collectExpired(operation.limit)
      return [durable(machine)]
    case 'flush':
      await machine.flush()
      return [durable(machine)]
    case 'checkpoint':
      await machine.checkpoint()
      return [durable(machine)]
    case 'reset':
      await machine.reset()
      return [durable(machine)]
    default:
      return operation satisfies never
  }
}

export function durable(machine: StateMachine): string {
  return `durable ${machine.durableApplied().index}`
}
