/** Runs one case against one state machine. Knows no test framework: a case that fails throws. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FailpointRegistry } from '../../../failpoints/index.ts'
import type { ApplyEvent, StoreObserver } from '../../observer.ts'
import type { StateMachine, StateMachineOptions } from '../../state-machine/index.ts'
import type { StateMachineAdapter } from './adapter.ts'
import type { StateCase, StateCaseContext } from './state-case.ts'

/**
 * Runs `stateCase` on new state machines of `adapter`, in a directory of its own, which is removed afterwards. It is made in `home`,
 * by default the system's directory for temporary files.
 * @throws {AssertionError} the state machine breaks the rule
 * @throws whatever it throws where the rule lets it not
 */
export async function runStateCase(
  adapter: StateMachineAdapter,
  stateCase: StateCase,
  home: string = tmpdir(),
): Promise<void> {
  const root = mkdtempSync(join(home, 'holdfast-state-'))
  const machines: StateMachine[] = []
  try {
    await stateCase.run(createContext(adapter, root, machines))
  } finally {
    for (const machine of machines) {
      machine.abandon()
      await machine.close().catch(() => undefined)
    }
    rmSync(root, { recursive: true, force: true })
  }
}

interface Made {
  readonly options: StateMachineOptions
  readonly directory: string
}

function createContext(
  adapter: StateMachineAdapter,
  root: string,
  machines: StateMachine[],
): StateCaseContext {
  const failpoints = new FailpointRegistry({ seed: 0 })
  const applies: ApplyEvent[] = []
  const observer: StoreObserver = { onApply: (event) => void applies.push(event) }
  const made = new Map<StateMachine, Made>()
  let directories = 0
  const newDirectory = (): string => join(root, `node-${++directories}`)
  const directory = newDirectory()
  const create = (options: StateMachineOptions = {}, where = directory): StateMachine => {
    const machine = adapter.create(where, { failpoints, observer, ...options })
    machines.push(machine)
    made.set(machine, { options, directory: where })
    return machine
  }
  const start = async (options?: StateMachineOptions, where?: string): Promise<StateMachine> => {
    const machine = create(options, where)
    await machine.start()
    return machine
  }
  const again = (machine: StateMachine): Promise<StateMachine> => {
    const { options, directory: where } = made.get(machine) ?? { options: {}, directory }
    return start(options, where)
  }
  return {
    adapter,
    failpoints,
    directory,
    applies,
    observer,
    newDirectory,
    create,
    start,
    reopen: async (machine) => {
      await machine.close()
      return again(machine)
    },
    crash: (machine) => {
      machine.abandon()
      return again(machine)
    },
  }
}
