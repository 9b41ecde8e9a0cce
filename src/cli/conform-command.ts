/** The `conform` command: its options and their help. */
import { randomInt } from 'node:crypto'
import { Command, InvalidArgumentError, Option } from 'commander'
import {
  budgetMsOf,
  diskModelNames,
  expectationFile,
  faultOperationsDefault,
  historiesDefault,
  imagesDefault,
  killsDefault,
  type Level,
  levels,
  parseReportTarget,
  type ReportTarget,
  rotOperationsDefault,
  type SuiteName,
  seedMax,
  shrinkMsOf,
  suiteNames,
} from '../conformance/index.ts'
import { messageOf } from '../message-of.ts'
import { listCases, showCases } from './catalogue.ts'
import { type ConformOptions, conform } from './conform.ts'
import type { ExitCode } from './exit-codes.ts'
import { builtInNames } from './find-adapter.ts'
import { parseInteger } from './parse-integer.ts'

const help = (exitCodesHelp: string): string => `
Suites:
  contract    every rule of the storage's contract, by calling it
  model       generated histories of calls and crashes, each answer compared with that of a reference model
  state-machine  every rule of the state machines' contract, of the one that the adapter is or names
  sweep       a fault at every hit of every failpoint site of a workload, for stores with failpoints
  kill        a real process writes, is killed with SIGKILL over and over, and nothing acked may be missing
  raft-kill   the same with Raft storage: entries with terms, votes, snapshots
  power-loss  the system calls of a real process are recorded, and every directory that a loss of power could leave is
              opened: nothing acked may be missing (Linux with strace; elsewhere the verdict is inconclusive)
  fault       every sync of a real process fails once with EIO, every write once with ENOSPC and once short: nothing acked
              may be missing, and a store in doubt must refuse (Linux with strace; elsewhere the verdict is inconclusive)
  rot         bits of a closed store's files are flipped, and the files are cut: what is read must be right, or refused
  state-kill, state-power-loss
              what kill and power-loss do, to the state machine that the adapter is or names: no applied entry may be missing

Examples:
  holdfast conform
  holdfast conform ./my-adapter.mjs --budget 30s
  holdfast conform --command './my-store --dir {dir}' --report junit=report.xml
  holdfast conform ./my-adapter.mjs --filter LOG-TRIM
  holdfast conform --suite kill --kills 1000 --directory ./on-the-disk-in-question
  holdfast conform --suite power-loss --images 20000 --model posix
  holdfast conform file-state-machine --suite state-machine
  holdfast conform list LOG-TRIM
  holdfast conform show LOG-TRIM-001

An adapter is a module whose default export is that of defineAdapter() of "holdfast/conformance". What it does not promise is
skipped by name.
${exitCodesHelp}`

export interface ConformSurroundings {
  readonly signal: AbortSignal
  readonly onExit: (code: ExitCode) => void
  readonly exitCodesHelp: string
}

export function createConformCommand({ signal, onExit, exitCodesHelp }: ConformSurroundings): Command {
  const command = new Command('conform')
    .description('Runs the conformance suites against a storage: by default the LMDB store, and all suites.')
    .argument(
      '[adapter]',
      `module whose default export is the adapter of the storage to test, or one of ours: ${builtInNames.join(', ')}`,
    )
    .enablePositionalOptions()
    .exitOverride()
  for (const option of conformOptions()) command.addOption(option)
  command
    .addHelpText('after', help(exitCodesHelp))
    .action(async (adapter: string | undefined, options: ConformOptions & VersionedSuites) => {
      onExit(await conform(withoutVersions(adapter, options), signal))
    })
  command
    .command('list')
    .description('Lists the cases of the contract and of the model suite: id, MUST or SHOULD, and the rule.')
    .argument('[filter]', 'an id, or the beginning of some: LOG-TRIM')
    .action(async (filter: string | undefined) => onExit(await listCases(filter)))
  command
    .command('show')
    .description('Shows what is known of cases: the rule, what it needs, and the version that brought it.')
    .argument('<id>', 'an id, or the beginning of some')
    .action(async (id: string) => onExit(await showCases(id)))
  return command
}

/** `--suite` takes names and, as a pin, a version. */
type SuiteWord = SuiteName | 'all' | { readonly version: string }

interface VersionedSuites {
  readonly suite: readonly never[] & readonly SuiteWord[]
}

function withoutVersions(
  adapter: string | undefined,
  options: ConformOptions & VersionedSuites,
): ConformOptions {
  const words: readonly SuiteWord[] = options.suite
  const version = words.flatMap((word) => (typeof word === 'object' ? [word.version] : [])).at(-1)
  return {
    ...options,
    ...(adapter !== undefined && { adapter }),
    ...(version !== undefined && { suiteVersion: version }),
    suite: words.filter((word): word is SuiteName | 'all' => typeof word === 'string'),
  }
}

function conformOptions(): Option[] {
  return [...selectionOptions(), ...amountOptions(), ...adapterOptions(), ...reportOptions()]
}

function selectionOptions(): Option[] {
  return [
    new Option('--suite <name>', `${suiteNames.join(', ')} or all, or a version to pin; may be repeated`)
      .argParser(collectSuite)
      .default([], 'all'),
    new Option(
      '--suite-version <version>',
      'counts only the cases that this version of the suites has',
    ).argParser(parseVersion),
    new Option('--level <name>', `${levels.join(', ')}; may be repeated, or separated by commas`).argParser(
      collectLevels,
    ),
    new Option('--filter <id>', 'runs only these cases of the contract: LOG-TRIM-001, or LOG-TRIM'),
    new Option('--certify', 'demands every level, every SHOULD, and no expected failure'),
  ]
}

function amountOptions(): Option[] {
  return [
    new Option(
      '--budget <time>',
      'how long it may take, about: 30s, 10m; scales all but the contract, whose cases are all run (default: 2m)',
    ).argParser((text) => timeOf(text, budgetMsOf)),
    new Option(
      '--histories <count>',
      `how many histories the model suite generates (default: ${historiesDefault}, or by the budget)`,
    ).argParser((text) => parseInteger(text, 1, 10_000_000)),
    new Option(
      '--kills <count>',
      `how many times the kill suites kill (default: ${killsDefault}, or by the budget)`,
    ).argParser((text) => parseInteger(text, 1, 1_000_000)),
    new Option(
      '--shrink-time <time>',
      'how long a failure of the model suite, the sweep or a kill suite is shrunk: 2m, or 0s for not at all (default: 20s, or by the budget)',
    ).argParser((text) => timeOf(text, shrinkMsOf)),
    new Option(
      '--images <count>',
      `how many different images the power-loss suite opens (default: ${imagesDefault}, and fewer among all suites)`,
    ).argParser((text) => parseInteger(text, 1, 100_000_000)),
    new Option(
      '--second-crashes <count>',
      'how many recoveries of each workload lose the power once more, or all (default: 1, and each new kind)',
    ).argParser((text) => (text === 'all' ? text : parseInteger(text, 0, 1_000_000))),
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
    new Option('--seed <number>', 'makes the same histories again')
      .argParser((text) => parseInteger(text, 0, seedMax))
      .default(randomInt(seedMax + 1), 'a random one, which is printed'),
  ]
}

function adapterOptions(): Option[] {
  return [
    new Option('--adapter <file or url>', 'as the argument'),
    new Option('--command <program>', 'a storage that speaks the line protocol: {dir} is its directory'),
    new Option('--directory <path>', 'where the suites have their logs (default: a temporary directory)'),
    new Option(
      '--replay <token or file>',
      'makes one failure again, by its token or the recording of a power loss, and runs nothing else',
    ),
  ]
}

function reportOptions(): Option[] {
  return [
    new Option('--expectations <file>', `known failures (default: ${expectationFile}, if it is there)`),
    new Option('--update-expectations', 'writes what failed to that file'),
    new Option('--allow-unexpected-pass', 'lets a case pass that was expected to fail'),
    new Option('--report <format=file>', 'junit, json or html; may be repeated').argParser(collectReport),
    new Option('--json', 'print the report as one JSON document'),
  ]
}

function collectSuite(text: string, before: readonly SuiteWord[]): readonly SuiteWord[] {
  if (/^\d/.test(text)) return [...before, { version: parseVersion(text) }]
  const known: readonly string[] = [...suiteNames, 'all']
  if (!known.includes(text)) throw new InvalidArgumentError(`It is one of ${known.join(', ')}, or a version.`)
  return [...before, text as SuiteName | 'all']
}

function parseVersion(text: string): string {
  if (/^\d+(\.\d+){0,2}$/.test(text)) return text
  throw new InvalidArgumentError('It is a version, as 1.0.')
}

function collectLevels(text: string, before: readonly Level[] = []): readonly Level[] {
  const names = text.split(',').map((name) => name.trim())
  const unknown = names.find((name) => !(levels as readonly string[]).includes(name))
  if (unknown !== undefined) throw new InvalidArgumentError(`It is one of ${levels.join(', ')}.`)
  return [...before, ...(names as Level[])]
}

function collectReport(text: string, before: readonly ReportTarget[] = []): readonly ReportTarget[] {
  return [...before, refused(() => parseReportTarget(text))]
}

/** The text itself, when it is one. */
function timeOf(text: string, msOf: (text: string) => number): string {
  refused(() => msOf(text))
  return text
}

/** As commander tells it. */
function refused<T>(body: () => T): T {
  try {
    return body()
  } catch (error) {
    throw new InvalidArgumentError(messageOf(error))
  }
}
