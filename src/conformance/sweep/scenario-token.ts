/** A scenario of a sweep in the words of a replay token, and back. */
import { type AnyEngine, engineNames } from './engine.ts'
import { formatFault, parseFault } from './fault.ts'
import { logEngine } from './log-engine.ts'
import { paxosEngine } from './paxos-engine.ts'
import { raftEngine } from './raft-engine.ts'
import type { Scenario } from './shrink.ts'

export const engines: Readonly<Record<(typeof engineNames)[number], AnyEngine>> = {
  log: logEngine,
  paxos: paxosEngine,
  raft: raftEngine,
}

export interface TokenScenario extends Scenario {
  readonly engine: AnyEngine
  /** How long the workload was that `kept` is of. */
  readonly length: number
}

/** `paxos/16/0,3,5/1.1@log.commit.after=crash`. */
export function formatScenario({ engine, length, kept, faults }: TokenScenario): string {
  return [engine.name, length, kept.join(','), faults.map(formatFault).join(',')].join('/')
}

/** `undefined`: it is none of this version. */
export function parseScenario(text: string): TokenScenario | undefined {
  const [name, length, kept = '', written = ''] = text.split('/')
  const known = engineNames.find((one) => one === name)
  const numbers = kept === '' ? [] : kept.split(',').map(Number)
  const faults = written === '' ? [] : written.split(',').map(parseFault)
  const isSound =
    /^[1-9]\d{0,3}$/.test(length ?? '') &&
    numbers.every((one) => Number.isInteger(one) && one < Number(length))
  if (known === undefined || !isSound || faults.includes(undefined)) return undefined
  return {
    engine: engines[known],
    length: Number(length),
    kept: numbers,
    faults: faults.filter((fault) => fault !== undefined),
  }
}
