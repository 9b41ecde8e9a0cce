// What the benchmark is asked for, and how much of everything that means.
import { tmpdir } from 'node:os'
import { parseArgs } from 'node:util'

export const usage = `Usage: npm run bench -- [--quick] [--json] [--dir DIR] [--seed N]

  --quick    a tenth of everything: enough to see that it runs, too little to quote
  --json     the whole report as JSON, to standard output
  --dir DIR  where to write, on the disk that is to be measured; default the system's temporary directory
  --seed N   where the values come from; default 1
`

const full = {
  /** How many times each contender commits a batch of that many entries. */
  commitRounds: { 1: 1000, 10: 1000, 100: 500, 1000: 300 },
  readRounds: 300,
  openRounds: 101,
  longLogEntries: 1_000_000,
  shortLogEntries: 1_000,
  trimRepeats: 3,
  commitsAroundTrim: 1_000,
  overheadRounds: 3_000,
}

const quick = {
  commitRounds: { 1: 100, 10: 100, 100: 50, 1000: 30 },
  readRounds: 30,
  openRounds: 21,
  longLogEntries: 100_000,
  shortLogEntries: 1_000,
  trimRepeats: 1,
  commitsAroundTrim: 200,
  overheadRounds: 300,
}

/** The settings of one run, or `undefined` when only the usage was asked for. */
export function readArguments(words) {
  const { values } = parseArgs({
    args: words,
    options: {
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      dir: { type: 'string', default: tmpdir() },
      seed: { type: 'string', default: '1' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return undefined
  const seed = Number(values.seed)
  if (!Number.isSafeInteger(seed) || seed < 0)
    throw new Error(`Cannot use ${values.seed} as a seed: give an integer >= 0`)
  const { quick: isQuick, json, dir } = values
  return { isQuick, json, directory: dir, seed, entryBytes: 256, ...(isQuick ? quick : full) }
}
