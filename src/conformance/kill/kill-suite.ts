/**
 * Kills a real process, over and over, while it writes to a store, and judges each time what came back. Two logs are killed
 * side by side: see `schedule.ts`.
 */
import { randomInt } from 'node:crypto'
import { checkInteger } from '../check-integer.ts'
import { seedMax } from '../random.ts'
import { shrinkMsDefault } from '../shrink-limit.ts'
import type { KillProgress, KillReport } from './kill-report.ts'
import { runLane } from './lane.ts'
import { loadDurableAdapter } from './load-adapter.ts'
import { replayCommand } from './replay-command.ts'
import { RunDirectory } from './run-directory.ts'
import { type LaneName, shareKills } from './schedule.ts'
import { Tally } from './tally.ts'

/** What every suite is told that kills a process over and over. */
export interface KillOptions {
  /** Module whose default export is the adapter: the children load it too. */
  readonly adapterUrl: URL | string
  /** 1 or more. Default {@link killsDefault}. */
  readonly kills?: number | undefined
  /** 0 to 2^32 - 1. Default: a random one, which the report tells. */
  readonly seed?: number | undefined
  /** Where what is killed is; it may not be that of another run. Default: a new one in the system's temporary directory. */
  readonly directory?: string | undefined
  /** As the replay command names the adapter. Default: `adapterUrl`. Empty: it does not, for it is the command's own. */
  readonly adapterArgument?: string | undefined
  /** How long a failure may be shrunk, in milliseconds: 0 or more. Default {@link shrinkMsDefault}. */
  readonly shrinkMs?: number | undefined
  readonly signal?: AbortSignal | undefined
}

export interface KillSuiteOptions extends KillOptions {
  /** Which of the logs are killed; see {@link LaneName}. With `replayable` alone, nothing is left to the clock. Default: both. */
  readonly lanes?: readonly LaneName[] | undefined
  readonly onProgress?: ((progress: KillProgress) => void) | undefined
}

/** How often a suite kills when it is not told. */
export const killsDefault = 50

/**
 * Runs the suite. The directory is removed afterwards, unless something failed.
 * @returns what was found, also when something failed
 * @throws {InvalidArgumentError} an option is out of range, the module has no adapter, or the directory is another run's
 * @throws the signal's reason: by then the children are dead, and the directory is removed
 */
export async function runKillSuite(options: KillSuiteOptions): Promise<KillReport> {
  const { kills = killsDefault, seed = randomInt(seedMax + 1), adapterUrl, signal } = options
  const { shrinkMs = shrinkMsDefault } = options
  checkInteger('kills', kills, 1, Number.MAX_SAFE_INTEGER)
  checkInteger('seed', seed, 0, seedMax)
  checkInteger('shrinkMs', shrinkMs, 0, Number.MAX_SAFE_INTEGER)
  const adapter = await loadDurableAdapter(adapterUrl)
  const tally = new Tally(adapter.name, seed, kills, options.onProgress)
  const lanes = Object.entries(shareKills(kills, options.lanes, adapter.capabilities === undefined)) as [
    LaneName,
    number,
  ][]
  const directory = new RunDirectory(
    options.directory,
    lanes.map(([lane]) => lane),
  )
  const common = {
    seed,
    adapter,
    adapterUrl: String(adapterUrl),
    directory: directory.path,
    shrinkMs,
    signal,
  }
  const replay = replayCommand('kill', { ...options, kills, seed })
  try {
    await allSettled(
      lanes.map(async ([lane, share]) => {
        for await (const kill of runLane({ ...common, lane, kills: share, replay })) tally.add(kill)
      }),
    )
  } catch (error) {
    directory.remove()
    throw error
  }
  if (tally.failures.length === 0) directory.remove()
  return tally.report(directory.path)
}

/** Waits for every lane, so that no child is left when one of them has thrown. */
async function allSettled(lanes: readonly Promise<void>[]): Promise<void> {
  for (const result of await Promise.allSettled(lanes)) if (result.status === 'rejected') throw result.reason
}
