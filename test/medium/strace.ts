/** strace, where this machine has it: the only witness of what a process really asked of the kernel. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

const isThere = spawnSync('strace', ['-V']).error === undefined

/**
 * Why tests that need strace do not run; `false` when they do. `HOLDFAST_REQUIRE_STRACE=1` runs them in any case, so that
 * where they must run their absence fails.
 */
export const isStraceMissing: boolean = !isThere && process.env['HOLDFAST_REQUIRE_STRACE'] !== '1'

export interface SystemCall {
  readonly name: string
  /** Everything between the parentheses, as strace writes it. */
  readonly args: string
  readonly result: string
  /** Files by descriptor are shown with their path: `-y`. */
  readonly path: string | undefined
}

/** What stands in front of `node` to record `calls` of the process and its threads into `file`. */
export function strace(file: string, calls: string, inject: readonly string[] = []): string[] {
  const injections = inject.flatMap((what) => ['-e', `inject=${what}`])
  return ['strace', '-f', '-qq', '-y', '-s', '64', '-o', file, '-e', `trace=${calls}`, ...injections]
}

/** The whole calls in a recording, in order. Calls cut in two by another thread are put together where they end. */
export function readCalls(file: string): SystemCall[] {
  const unfinished = new Map<string, string>()
  const calls: SystemCall[] = []
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const [, thread = '', rest = ''] = /^(\d+)\s+(.*)$/.exec(line) ?? []
    const begun = /^(.*) <unfinished \.\.\.>$/.exec(rest)
    if (begun) unfinished.set(thread, begun[1] ?? '')
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(rest)
    const whole = resumed ? `${unfinished.get(thread) ?? ''}${resumed[1] ?? ''}` : begun ? '' : rest
    const call = /^(\w+)\((.*)\)\s+= (.*)$/.exec(whole)
    if (!call) continue
    const [, name = '', args = '', result = ''] = call
    calls.push({ name, args, result, path: /^\d+<([^>]*)>/.exec(args)?.[1] })
  }
  return calls
}
