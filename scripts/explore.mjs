#!/usr/bin/env node
/**
 * Looks for failures that nobody has seen: runs the suites on the LMDB store, and the laws, with new seeds each round, until the time
 * is up or something fails. What fails prints its seed, and how to make it again. `.ci/run` has seeds of its own, so that a change is
 * judged by the change; this is for the hours between.
 *
 *     npm run build && node scripts/explore.mjs --minutes 30 [--seed N]
 */
import { spawnSync } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '10' }, seed: { type: 'string' } },
})
const minutes = Number(values.minutes)
if (!(minutes > 0)) throw new Error(`Cannot explore for ${values.minutes} minutes: give a number above 0`)
const endsAt = Date.now() + minutes * 60_000

/** What is run with the seed of a round. */
const runs = [
  ['--suite', 'fault', '--faults', '100'],
  ['--suite', 'kill', '--kills', '100'],
  ['--suite', 'raft-kill', '--kills', '100'],
  ['--suite', 'power-loss', '--images', '5000'],
  ['--suite', 'rot', '--damages', '1000'],
  ['--suite', 'sweep'],
]

let rounds = 0
let seed = values.seed === undefined ? randomInt(2 ** 31) : Number(values.seed)
for (; Date.now() < endsAt; seed = randomInt(2 ** 31)) {
  rounds += 1
  for (const run of runs) {
    if (Date.now() > endsAt) break
    conform([...run, '--seed', String(seed)])
  }
  if (Date.now() < endsAt) laws()
}
process.stdout.write(`Explored ${rounds} rounds in ${minutes} minutes: nothing failed.\n`)

function conform(options) {
  tell(`conform ${options.join(' ')}`, process.execPath, ['dist/src/cli/main.js', 'conform', ...options])
}

function laws() {
  const options = ['vitest', 'run', '--project', 'property', '--testTimeout', '1200000']
  tell('the laws', 'npx', options, { HOLDFAST_RUNS: '1000', HOLDFAST_SEED: String(seed) })
}

function tell(what, command, options, variables = {}) {
  const startedAt = Date.now()
  const { status, stdout, stderr } = spawnSync(command, options, {
    encoding: 'utf8',
    env: { ...process.env, ...variables },
    maxBuffer: 2 ** 28,
  })
  const seconds = Math.round((Date.now() - startedAt) / 1000)
  process.stdout.write(`${status === 0 ? 'held' : 'FAILED'}, ${seconds} s: ${what}, seed ${seed}\n`)
  if (status === 0) return
  process.stdout.write(`${stdout}${stderr}`)
  process.exit(status ?? 1)
}
