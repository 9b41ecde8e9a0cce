/** The commands, their options, and their help. */
import { randomInt } from 'node:crypto'
import { createRequire } from 'node:module'
import { Command, InvalidArgumentError, Option } from 'commander'
import {
  diskModelNames,
  faultOperationsDefault,
  imagesDefault,
  killsDefault,
  rotOperationsDefault,
  type SuiteName,
  seedMax,
  suiteNames,
} from '../conformance/index.ts'
import { type ConformOptions, conform } from './conform.ts'
import { type DoctorOptions, doctor } from './doctor.ts'
import { type DumpOptions, dump } from './dump.ts'
import type { ExitCode } from './exit-codes.ts'
import { type InspectOptions, inspect } from './inspect.ts'
import { type VerifyOptions, verify } from './verify.ts'

const exitCodesHelp = `
Exit codes:
  0    fine
  1    the data or the store is bad
  2    the command was typed wrongly
  3    inconclusive, or another process has the log open
  70   a defect of Holdfast itself: please report it
  130  interrupted`

const conformHelp = `
Suites:
  contract    every rule of the log's contract, by calling the store
  kill        a real process writes, is killed with SIGKILL over and over, and nothing acked may be missing
  raft-kill   the same with Raft storage: entries with terms, votes, snapshots
  power-loss  the system calls of a real process are recorded, and every directory that a loss of power could leave is
              opened: nothing acked may be missing (Linux with strace; elsewhere it is skipped)
  fault       every sync of a real process fails once with EIO, every write once with ENOSPC and once short: nothing acked
              may be missing, and a store in doubt must refuse (Linux with strace; elsewhere it is skipped)
  rot         bits of a closed store's files are flipped, and the files are cut: what is read must be right, or refused

Examples:
  holdfast conform
  holdfast conform --suite kill --kills 1000 --directory ./on-the-disk-in-question
  holdfast conform --suite power-loss --images 20000 --model posix
  holdfast conform --adapter ./my-adapter.mjs --json > report.json

An adapter is a module whose default export is a LogAdapter of "holdfast/conformance".
${exitCodesHelp}`

/** Where the result of a command goes. */
export type OnExit = (code: ExitCode) => void

/** Throws commander's errors, and those of the commands, instead of ending the process. */
export function createProgram(signal: AbortSignal, onExit: OnExit): Command {
  const program = new Command('holdfast')
    .description('The durable half of a consensus node, and the tests that prove nothing acked is lost.')
    .version(version())
    .exitOverride()
    .showHelpAfterError('(try "holdfast --help")')
    .addHelpText('after', exitCodesHelp)
  const command = program
    .command('conform')
    .description('Runs the conformance suites against a store: by default the LMDB store, and all suites.')
  for (const option of conformOptions()) command.addOption(option)
  command
    .addHelpText('after', conformHelp)
    .action(async (options: ConformOptions) => onExit(await conform(options, signal)))
  addTools(program, onExit)
  return program
}

/** The commands that look into a directory, none of which takes the owner's lock or writes to a log. */
function addTools(program: Command, onExit: OnExit): void {
  const json = ['--json', 'print one JSON document'] as const
  const log = ['--log <name>', 'one log of the environment'] as const
  program
    .command('inspect <directory>')
    .description('Shows what is in a directory: cursor, metadata, sizes, owner. Safe beside a running owner.')
    .option(...log)
    .option(...json)
    .addHelpText('after', '\nExamples:\n  holdfast inspect ./node-1\n  holdfast inspect ./node-1 --json')
    .action(async (directory: string, options: InspectOptions) => onExit(await inspect(directory, options)))
  program
    .command('verify <directory>')
    .description(
      'Reads and checks every key and value. Exit code 1, and the first bad index, when one is bad.',
    )
    .option(...log)
    .option(...json)
    .addHelpText('after', '\nExamples:\n  holdfast verify ./node-1\n  holdfast verify ./node-1 --json')
    .action(async (directory: string, options: VerifyOptions) => onExit(await verify(directory, options)))
  program
    .command('dump <directory>')
    .description(
      'Prints the entries, one a line: index, bytes, and the value as CBOR or, if it is none, as bytes.',
    )
    .option('--log <name>', 'which log of the environment', 'log')
    .option('--from <index>', 'the first to print (default: the first there is)', parseIndex)
    .option('--to <index>', 'where to stop, exclusive (default: the end)', parseIndex)
    .option('--json', 'print one JSON document a line')
    .addHelpText(
      'after',
      '\nExamples:\n  holdfast dump ./node-1 --from 100 --to 110\n  holdfast dump ./node-1 | head',
    )
    .action(async (directory: string, options: DumpOptions) => onExit(await dump(directory, options)))
  program
    .command('doctor [directory]')
    .description(
      'Says whether this machine, and the disk of a directory, can keep a log, and what to do if not.',
    )
    .option(...json)
    .addHelpText('after', '\nExamples:\n  holdfast doctor\n  holdfast doctor /var/lib/node-1')
    .action(async (directory: string | undefined, options: DoctorOptions) =>
      onExit(await doctor(directory, options)),
    )
}

function parseIndex(text: string): number {
  return parseInteger(text, 0, Number.MAX_SAFE_INTEGER)
}

function conformOptions(): Option[] {
  return [
    new Option('--suite <name>', `${suiteNames.join(', ')} or all; may be repeated`)
      .argParser(collectSuite)
      .default([], 'all'),
    new Option('--kills <count>', 'how many times the kill suite kills')
      .argParser((text) => parseInteger(text, 1, 1_000_000))
      .default(killsDefault),
    new Option(
      '--images <count>',
      `how many different images the power-loss suite opens (default: ${imagesDefault}, and fewer among all suites)`,
    ).argParser((text) => parseInteger(text, 1, 100_000_000)),
    new Option(
      '--faults <count>',
      'how many faults the fault suite injects (default: all there are, and few among all suites)',
    ).argParser((text) => parseInteger(text, 1, 100_000_000)),
    new Option('--fault <number>', 'injects this fault alone').argParser((text) =>
      parseInteger(text, 1, 100_000_000),
    ),
    new Option(
      '--operations <count>',
      `of the workloads of the fault and rot suites (default: ${faultOperationsDefault} and ${rotOperationsDefault})`,
    ).argParser((text) => parseInteger(text, 1, 100_000)),
    new Option(
      '--damages <count>',
      'how often the rot suite damages the files (default: all there are, and few among all suites)',
    ).argParser((text) => parseInteger(text, 1, 100_000_000)),
    new Option('--damage <number>', 'does this damage alone').argParser((text) =>
      parseInteger(text, 1, 100_000_000),
    ),
    new Option('--model <name>', 'what the disk promises of writes that are not synced')
      .choices(diskModelNames)
      .default('posix'),
    new Option(
      '--replay <token or file>',
      'makes one failure again, by its token or the recording of a power loss, and runs nothing else',
    ),
    new Option('--seed <number>', 'makes the same histories again')
      .argParser((text) => parseInteger(text, 0, seedMax))
      .default(randomInt(seedMax + 1), 'a random one, which is printed'),
    new Option('--adapter <file or url>', 'module whose default export is the adapter of the store to test'),
    new Option('--directory <path>', 'where the suites have their logs (default: a temporary directory)'),
    new Option('--json', 'print the report as one JSON document'),
  ]
}

type SuiteArgument = SuiteName | 'all'

function collectSuite(text: string, before: readonly SuiteArgument[]): SuiteArgument[] {
  const known: readonly string[] = [...suiteNames, 'all']
  if (!known.includes(text)) throw new InvalidArgumentError(`It is one of ${known.join(', ')}.`)
  return [...before, text as SuiteArgument]
}

function parseInteger(text: string, low: number, high: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (value >= low && value <= high) return value
  throw new InvalidArgumentError(`It is an integer from ${low} to ${high}.`)
}

function version(): string {
  const manifest = createRequire(import.meta.url)('holdfast/package.json') as { readonly version: string }
  return manifest.version
}
