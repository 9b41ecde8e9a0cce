/** Where one run of a script has its storage, and how its process is told to die. */
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { LogAdapter } from '../../adapter.ts'
import { type DeathPlan, lastCall } from '../death.ts'
import { type CallKill, deathOf, type KillPlan } from '../schedule.ts'
import type { Script } from './script.ts'
import { writeScript } from './script-file.ts'

export interface ScriptPlace<A = LogAdapter> {
  readonly adapter: A
  readonly adapterUrl: string
  /** Each run has a directory of its own in it, and removes it. */
  readonly directory: string
  readonly signal: AbortSignal | undefined
}

/** What a child's orders have in common. */
export interface ScriptOrders {
  readonly adapterUrl: string
  readonly directory: string
  readonly scriptFile: string
  readonly stopAfterAcks: number
  readonly dieDuring: DeathPlan | undefined
  readonly seed: number
  readonly history: string
  readonly firstValue: number
}

/** Calls `body` with the plan and the orders of a run; its directory is gone afterwards. */
export async function withScript<T>(
  { adapterUrl, directory }: ScriptPlace<unknown>,
  script: Script<unknown>,
  body: (plan: KillPlan | CallKill, orders: ScriptOrders) => Promise<T>,
): Promise<T> {
  const own = mkdtempSync(join(directory, 'script-'))
  try {
    const scriptFile = join(own, 'script.json')
    writeScript(scriptFile, script.operations)
    const plan = planOf(script)
    const generated = { seed: 0, history: '', firstValue: 0 }
    return await body(plan, {
      ...{ adapterUrl, scriptFile, directory: join(own, 'storage'), ...generated },
      stopAfterAcks: Number.MAX_SAFE_INTEGER,
      dieDuring: plan.kind === 'call' ? undefined : deathOf(plan),
    })
  } finally {
    rmSync(own, { recursive: true, force: true })
  }
}

function planOf({ operations, crash }: Script<unknown>): KillPlan | CallKill {
  switch (crash.kind) {
    case 'after':
      return { kind: 'ack', acks: operations.length }
    case 'failpoint':
      return { ...crash, during: lastCall }
    case 'clock':
      return { kind: 'call', call: operations.length, delayMs: crash.delayMs }
    default:
      return crash satisfies never
  }
}
