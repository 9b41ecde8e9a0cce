/** Runs a script again that a token holds. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describeCrash, type Script } from './script.ts'
import type { ScriptPlace } from './script-place.ts'
import type { ScriptTrial } from './shrink-script.ts'

export interface ReplayedScript extends ScriptTrial {
  /** In words that fit after "killed". */
  readonly moment: string
  readonly durationMs: number
}

/** A race is lost by the storage now and then: so often is it tried. */
const raceAttempts = 10

/**
 * Until it fails, where it is a race; else once.
 * @throws the signal's reason @throws {AdapterError} the adapter cannot be run
 */
export async function replayScript<O, A>(
  place: Omit<ScriptPlace<A>, 'directory'>,
  script: Script<O>,
  run: (place: ScriptPlace<A>, script: Script<O>) => Promise<ScriptTrial>,
): Promise<ReplayedScript> {
  const startedAt = performance.now()
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-kill-'))
  try {
    const attempts = script.crash.kind === 'clock' ? raceAttempts : 1
    let trial = await run({ ...place, directory }, script)
    for (let attempt = 1; attempt < attempts && trial.findings.length === 0; attempt++)
      trial = await run({ ...place, directory }, script)
    return { ...trial, moment: describeCrash(script), durationMs: performance.now() - startedAt }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}
