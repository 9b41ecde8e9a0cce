import { once } from 'node:events'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { CommanderError } from 'commander'
import { expect, test } from 'vitest'
import { exitCodeOf, InterruptedError, UsageError } from '../../src/cli/exit-codes.ts'
import { createProgram } from '../../src/cli/program.ts'
import type { ConformReport } from '../../src/conformance/report/index.ts'
import { InvalidArgumentError, LogLockedError } from '../../src/errors.ts'
import { temporaryDirectory } from '../temporary-directory.ts'
import { run, start } from './command.ts'

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url))
const children = path('../children/')
const mutants = path('../conformance/mutant-adapters/')
const fileStore = `${children}file-store.mjs`
const memoryStore = `${children}memory-adapter.mjs`

/** With so small a budget no failure is shrunk for long. */
const kill = (kills: number, adapter: string): string[] => {
  const words = ['conform', '--suite', 'kill', '--kills', String(kills), '--seed', '1', '--budget', '1s']
  return [...words, '--adapter', adapter]
}

test('--help tells the commands and the exit codes, on standard output', async () => {
  const { code, stdout, stderr } = await run(['--help'])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toContain('conform')
  expect(stdout).toMatch(/^ {2}70 {3}a defect of Holdfast itself/m)
})

test('conform --help tells the options, the suites, and an example', async () => {
  const { code, stdout } = await run(['conform', '--help'])
  expect(code).toBe(0)
  for (const word of ['--suite', '--kills', '--seed', '--adapter', '--directory', '--json', 'Examples:']) {
    expect(stdout).toContain(word)
  }
})

test('--version prints the version of the package', async () => {
  expect(await run(['--version'])).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
  })
})

test.each([
  ['no command', []],
  ['an unknown option', ['conform', '--sede', '1']],
  ['a module that is no adapter', ['conform', '--adapter', `${children}no-adapter.mjs`]],
])('a usage error ends with 2 and says so on standard error: %s', async (_, words) => {
  const { code, stdout, stderr } = await run(words)
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).not.toBe('')
  expect(stderr).not.toMatch(/^ {4}at /m)
})

test.each([
  ['an unknown command', ['conforn']],
  ['an unknown suite', ['conform', '--suite', 'all-of-them']],
  ['no kills at all', ['conform', '--kills', '0']],
  ['kills that are no number', ['conform', '--kills', '5x']],
  ['a negative seed', ['conform', '--seed', '-1']],
  ['a seed of more than 32 bits', ['conform', '--seed', '4294967296']],
  ['a word too many', ['conform', 'now']],
  ['an adapter beside --command', ['conform', 'x.mjs', '--command', 'x']],
  ['a report of an unknown form', ['conform', '--report', 'pdf=report.pdf']],
  ['a version that is none', ['conform', '--suite-version', 'one']],
  ['a version that is not there yet', ['conform', '--suite-version', '99.1']],
  [
    'a directory that is a file',
    ['conform', '--suite', 'kill', '--adapter', fileStore, '--directory', fileStore],
  ],
  ['an adapter that is not there', ['conform', '--adapter', './no-such-file.mjs']],
])('a usage error is one: %s', async (_, words) => {
  const program = createProgram(new AbortController().signal, () => expect.unreachable())
  for (const command of [program, ...program.commands]) command.configureOutput({ writeErr: () => undefined })
  const error: unknown = await program.parseAsync(words, { from: 'user' }).catch((thrown: unknown) => thrown)
  expect(exitCodeOf(error)).toBe(2)
})

test('a store that passes ends with 0 and a table on standard output', async () => {
  const { code, stdout, stderr } = await run(kill(3, fileStore))
  expect(code).toBe(0)
  expect(stdout).toMatch(/kill +│ +3 │ +3 │ +0 │/)
  expect(stdout).toContain('OK: a file store keeps its contract in all 3 cases.')
  expect(stderr).toContain('seed 1')
  expect(stderr).toContain('kill: 3 of 3')
})

test('a store that fails ends with 1, and tells the history and the replay', async () => {
  const home = temporaryDirectory()
  const { code, stdout } = await run(kill(2, `${mutants}loses-metadata.mjs`), { home })
  expect(code).toBe(1)
  expect(stdout).toContain('hard-state-regressed: The accepted round went back')
  expect(stdout).toMatch(/the (last )?operations:/)
  // By its token, or all kills again.
  expect(stdout).toMatch(/^ +holdfast conform .*loses-metadata\.mjs( --replay hf1:\S+)?$/m)
  expect(stdout).toMatch(/^FAILED: loses metadata/m)
  expect(readdirSync(home).filter((name) => name.startsWith('holdfast-kill-'))).toHaveLength(1)
})

test('without a terminal there are no control sequences', async () => {
  const { stdout, stderr } = await run(kill(2, `${mutants}loses-metadata.mjs`))
  for (const output of [stdout, stderr]) expect(output).not.toContain('\u001b')
})

test('what an adapter prints stands on standard error, and not before the document of --json', async () => {
  const noisy = join(temporaryDirectory(), 'noisy.mjs')
  const quiet = JSON.stringify(pathToFileURL(memoryStore).href)
  const code = `import quiet from ${quiet}
    console.log('loaded')
    const open = (...given) => { console.log('opened'); return quiet.open(...given) }
    export default { ...quiet, open }`
  writeFileSync(noisy, code)
  const ending = await run(['conform', noisy, '--filter', 'LOG-APPEND-001', '--json'])
  expect(JSON.parse(ending.stdout)).toMatchObject({ verdict: 'held' })
  for (const word of ['loaded', 'opened']) expect(ending.stderr).toContain(word)
})

test('--json prints one document, and nothing else, on standard output', async () => {
  const { code, stdout } = await run([...kill(2, fileStore), '--json'])
  const report = JSON.parse(stdout) as ConformReport
  expect(code).toBe(0)
  expect(report).toMatchObject({
    adapter: { name: 'a file store' },
    totals: { passed: 2, failed: 0, skipped: 0 },
  })
  expect(report.suites[0]?.kill).toMatchObject({ kills: 2, lost: 0, seed: 1 })
})

test('--json prints the whole document also when it is long, and the exit code is that of the store', async () => {
  const { code, stdout } = await run([...kill(200, `${mutants}loses-metadata.mjs`), '--json'])
  expect(code).toBe(1)
  expect((JSON.parse(stdout) as ConformReport).totals.failed).toBeGreaterThan(0)
})

test('the kill suite of a store that dies with its process is skipped by name, and nothing can be said', async () => {
  const { code, stdout } = await run(kill(2, memoryStore))
  expect(code).toBe(3)
  expect(stdout).toContain(
    'SKIPPED KILL-ALL, the kill suite: what the store in memory commits does not outlive its process',
  )
  expect(stdout).toContain('INCONCLUSIVE')
})

test('--suite may be repeated, and a skipped suite does not hide that the other one passed', async () => {
  const { code, stdout } = await run([
    'conform',
    '--suite',
    'contract',
    '--suite',
    'kill',
    '--adapter',
    memoryStore,
  ])
  expect(stdout).toContain('SKIPPED KILL-ALL')
  expect(stdout).toMatch(/contract +│/)
  expect(code).toBe(0)
}, 60_000)

test('--adapter takes a URL', async () => {
  expect((await run(kill(1, new URL(`file://${fileStore}`).href))).code).toBe(0)
})

test('--directory is used, and left as it was', async () => {
  const directory = temporaryDirectory()
  const { code } = await run([...kill(1, fileStore), '--directory', directory])
  expect(code).toBe(0)
  expect(readdirSync(directory)).toEqual([])
})

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s ends it with %d, without its temporary directory', async (signal, expected) => {
  const home = temporaryDirectory()
  const child = start(kill(20, fileStore), { home })
  child.stdout.resume()
  const closed = once(child, 'close')
  for await (const line of createInterface({ input: child.stderr })) {
    // It has told of the first kills, and is among the next ones.
    if (line.startsWith('kill: 2')) child.kill(signal)
  }
  expect((await closed)[0]).toBe(expected)
  expect(readdirSync(home)).toEqual([])
})

test('a reader that goes away is not a crash', async () => {
  const child = start([...kill(2, fileStore), '--json'])
  child.stdout.destroy()
  const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, 'close')])
  expect(code).toBe(0)
  expect(stderr).not.toContain('EPIPE')
})

test('a defect of our own ends with 70, its stack, and whom to tell', async () => {
  const saboteur = `data:text/javascript,JSON.stringify = () => { throw new RangeError('sabotage') }`
  const { code, stderr } = await run([...kill(1, memoryStore), '--json'], {
    nodeFlags: ['--import', saboteur],
  })
  expect(code).toBe(70)
  expect(stderr).toContain('RangeError: sabotage')
  expect(stderr).toContain('please report it')
})

test('exitCodeOf() tells who has to act', () => {
  expect(exitCodeOf(new UsageError('typed wrongly'))).toBe(2)
  expect(exitCodeOf(new CommanderError(1, 'commander.unknownOption', 'typed wrongly'))).toBe(2)
  expect(exitCodeOf(new CommanderError(0, 'commander.helpDisplayed', 'help'))).toBe(0)
  expect(exitCodeOf(new InvalidArgumentError('kills', 'out of range'))).toBe(2)
  expect(exitCodeOf(new LogLockedError('a directory', 12))).toBe(3)
  expect(exitCodeOf(new InterruptedError('SIGINT'))).toBe(130)
  expect(exitCodeOf(new TypeError('a defect'))).toBe(70)
  expect(exitCodeOf('not even an error')).toBe(70)
})

test('--suite raft-kill kills Raft storage, and says what a store that defers votes has lost', async () => {
  const words = ['conform', '--suite', 'raft-kill', '--seed', '4', '--json']
  const directory = temporaryDirectory()
  const good = await run([...words, '--kills', '2', '--directory', directory])
  expect(good.code).toBe(0)
  expect(good.stderr).toMatch(/^raft-kill: 2 of 2, \d+ operations$/m)
  expect(readdirSync(directory)).toEqual([])
  const report = JSON.parse(good.stdout) as ConformReport
  expect(report.suites[0]).toMatchObject({ name: 'raft-kill', raftKill: { kills: 2, seed: 4 } })
  expect(report.totals).toMatchObject({ passed: 2, failed: 0, skipped: 0 })

  const bad = await run([...words, '--kills', '3', '--adapter', `${mutants}defers-votes.mjs`])
  expect(bad.code).toBe(1)
  const failed = (JSON.parse(bad.stdout) as ConformReport).suites[0]?.cases.find(
    ({ outcome }) => outcome === 'failed',
  )
  expect(failed?.reason).toMatch(/^ {2}hard-state-regressed: .*\n {2}the operations:\n/m)
  expect(failed?.reason).toMatch(/^ {2}it is kept in .*raft$/m)
  expect(failed?.reason).toContain(
    `holdfast conform --suite raft-kill --kills 3 --seed 4 --adapter ${mutants}defers-votes.mjs`,
  )
}, 60_000)
