// What the soak is asked for.
import { tmpdir } from 'node:os'
import { parseArgs } from 'node:util'
import { valueKinds } from './values.mjs'

export const usage = `Usage: npm run soak -- [--entries N] [--seed N] [--live N] [--dir DIR] [--synchronous]

  --entries N    how many entries to append; default 2000000
  --seed N       what is done, and with which values; default from the clock, and printed
  --live N       about how many entries the log holds at a time; default 20000
  --values KIND  mixed, or large: half of them of many pages; default mixed
  --dir DIR      where; default the system's temporary directory
  --synchronous  never let the event loop run, on whose timers lmdb-js renews its read transactions
`

/** The settings of one run, or `undefined` when only the usage was asked for. */
export function readArguments(words) {
  const { values } = parseArgs({
    args: words,
    options: {
      entries: { type: 'string', default: '2000000' },
      seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
      live: { type: 'string', default: '20000' },
      values: { type: 'string', default: 'mixed' },
      dir: { type: 'string', default: tmpdir() },
      synchronous: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return undefined
  if (!valueKinds.includes(values.values))
    throw new Error(`Cannot write ${values.values} values: give one of ${valueKinds.join(', ')}`)
  return {
    entries: numberOf('entries', values.entries, 1000),
    seed: numberOf('seed', values.seed, 0),
    live: numberOf('live', values.live, 100),
    values: values.values,
    directory: values.dir,
    isSynchronous: values.synchronous,
  }
}

function numberOf(name, text, min) {
  const value = Number(text)
  if (Number.isSafeInteger(value) && value >= min) return value
  throw new Error(`Cannot use ${text} as --${name}: give an integer from ${min}`)
}
