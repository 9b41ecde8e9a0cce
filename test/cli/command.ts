/** The command line as it is built, run in a process of its own. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import type { ConformReport } from '../../src/conformance/report/index.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

export const main: string = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url))

export interface Surroundings {
  readonly nodeFlags?: readonly string[]
  /** Its directory of temporary files: one of its own, so that a test can see whether all is gone. */
  readonly home?: string
  readonly cwd?: string
}

export interface Ending {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export function start(words: readonly string[], surroundings: Surroundings = {}) {
  const { nodeFlags = [], home = temporaryDirectory(), cwd } = surroundings
  const child = spawn(process.execPath, [...nodeFlags, main, ...words], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TMPDIR: home, NO_COLOR: '' },
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

export async function run(words: readonly string[], surroundings?: Surroundings): Promise<Ending> {
  const child = start(words, surroundings)
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ])
  return { code: code as number | null, stdout, stderr }
}

/** `report()`: what `--json` has printed. */
export async function conform(words: readonly string[], surroundings?: Surroundings) {
  const ending = await run(['conform', ...words], surroundings)
  return { ...ending, report: () => JSON.parse(ending.stdout) as ConformReport }
}

export function conformJson(...words: readonly string[]) {
  return conform(['--json', ...words])
}
