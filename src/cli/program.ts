/** The commands, their options, and their help. */
import { createRequire } from 'node:module'
import { Command } from 'commander'
import { createConformCommand } from './conform-command.ts'
import { type DoctorOptions, doctor } from './doctor.ts'
import { type DumpOptions, dump } from './dump.ts'
import type { ExitCode } from './exit-codes.ts'
import { type InspectOptions, inspect } from './inspect.ts'
import { parseInteger } from './parse-integer.ts'
import { type VerifyOptions, verify } from './verify.ts'

const exitCodesHelp = `
Exit codes:
  0    fine
  1    the data or the store is bad
  2    the command was typed wrongly, or the adapter cannot be run
  3    inconclusive, or another process has the log open
  70   a defect of Holdfast itself: please report it
  130  interrupted`

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
  program.addCommand(createConformCommand({ signal, onExit, exitCodesHelp }))
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

function version(): string {
  const manifest = createRequire(import.meta.url)('holdfast/package.json') as { readonly version: string }
  return manifest.version
}
