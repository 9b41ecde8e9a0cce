/** Runs a program of `children/` in a process of its own, straight or under a command that changes its world. */
import { type SpawnSyncReturns, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export interface ChildRun {
  readonly status: number | null
  readonly signal: NodeJS.Signals | null
  readonly stderr: string
  /** The lines it wrote, each of them JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: each test knows what its own child says
  readonly said: any[]
}

/** `under` is what stands in front of `node`, and what node itself is told, as in `['strace', '-f']`. */
export function runChild(child: string, args: readonly string[], under: readonly string[] = []): ChildRun {
  const program = fileURLToPath(new URL(`children/${child}.mjs`, import.meta.url))
  const [command = process.execPath, ...rest] = [...under, process.execPath, program, ...args]
  const done: SpawnSyncReturns<string> = spawnSync(command, rest, { encoding: 'utf8' })
  if (done.error) throw done.error
  const said = done.stdout.split('\n').filter(Boolean)
  return {
    status: done.status,
    signal: done.signal,
    stderr: done.stderr,
    said: said.map((line) => JSON.parse(line)),
  }
}
