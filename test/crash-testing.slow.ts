/** What docs/crash-testing.md tells a reader to do, done: the code written out, the commands run. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { whyNotRecordable } from '../src/conformance/index.ts'
import { temporaryDirectory } from './temporary-directory.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const document = readFileSync(join(root, 'docs/crash-testing.md'), 'utf8')
const blocks = (language: string): string[] =>
  Array.from(
    document.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'gms')),
    ([, code = '']) => code,
  )
const code = blocks('javascript')
const [unsafe = '', safe = ''] = code.filter((text) => text.startsWith('// my-log.mjs'))
const adapter = code.find((text) => text.startsWith('// my-adapter.mjs')) ?? ''
const commands = blocks('sh').flatMap((text) =>
  text.split('\n').filter((line) => line.startsWith('npx holdfast')),
)
const [kill = '', powerLoss = ''] = commands

/** A reader's directory, with the package installed. */
function readersProject(log: string): string {
  const directory = temporaryDirectory()
  mkdirSync(join(directory, 'node_modules'))
  symlinkSync(root, join(directory, 'node_modules', 'holdfast'))
  writeFileSync(join(directory, 'my-log.mjs'), log)
  writeFileSync(join(directory, 'my-adapter.mjs'), adapter)
  return directory
}

/** The package as it is published, unpacked, and every file of the document beside it. */
function strangersProject(): string {
  const directory = readersProject(safe)
  rmSync(join(directory, 'node_modules', 'holdfast'))
  const packed = spawnSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', directory], {
    cwd: root,
    encoding: 'utf8',
  })
  const unpacked = join(directory, 'node_modules', 'holdfast')
  mkdirSync(unpacked)
  spawnSync('tar', ['-xzf', join(directory, packed.stdout.trim()), '-C', unpacked, '--strip-components=1'])
  // What it depends on is what npm would install beside it.
  for (const name of readdirSync(join(root, 'node_modules')))
    if (!name.startsWith('.'))
      symlinkSync(join(root, 'node_modules', name), join(directory, 'node_modules', name))
  for (const text of code) {
    const [, name = ''] = /^\/\/ (\S+)\n/.exec(text) ?? []
    if (name !== 'my-log.mjs') writeFileSync(join(directory, name), text)
  }
  writeFileSync(
    join(directory, 'vitest.config.mjs'),
    "export default { test: { include: ['*.vitest.mjs'] } }",
  )
  return directory
}

function run(command: string, cwd: string): { readonly status: number | null; readonly stdout: string } {
  const words = command.split(' ').slice(2)
  return spawnSync(process.execPath, [join(root, 'dist/src/cli/main.js'), ...words], {
    cwd,
    encoding: 'utf8',
  })
}

describe('the storage of docs/crash-testing.md', () => {
  test('loses acked entries when it is killed', () => {
    const { status, stdout } = run(kill, readersProject(unsafe))
    expect(stdout).toMatch(/Acked entry \d+ \(value .*\) is gone/)
    expect(status).toBe(1)
  })

  test('loses none once it is fixed', () => {
    const { status, stdout } = run(kill.replace('--kills 20', '--kills 6'), readersProject(safe))
    expect(stdout).not.toContain('FAILED')
    expect(status).toBe(0)
  })

  test.skipIf(whyNotRecordable() !== undefined)('half fixed loses them when the power goes', () => {
    const half = safe.replace('    await this.file.datasync()\n', '')
    expect(half).not.toBe(safe)
    const { status, stdout } = run(powerLoss, readersProject(half))
    expect(stdout).toMatch(/Acked entry \d+ \(value .*\) is gone/)
    expect(status).toBe(1)
  })

  test.skipIf(whyNotRecordable() !== undefined)('loses none when the power goes once it is fixed', () => {
    const few = powerLoss.replace('--images 400', '--images 60')
    expect(few).not.toBe(powerLoss)
    expect(run(few, readersProject(safe)).status).toBe(0)
  })

  test('holds in the tests and in the program of the document, as a stranger runs them', () => {
    const directory = strangersProject()
    const node = (...words: string[]) => {
      const env = { ...process.env, NODE_TEST_CONTEXT: undefined }
      return spawnSync(process.execPath, words, { cwd: directory, encoding: 'utf8', env })
    }
    const program = node('run.mjs')
    expect(program.stderr).toBe('')
    expect(program.stdout).toMatch(/^held \d+$/m)
    const tests = node('--test', 'my-log.test.mjs')
    expect(tests.status, tests.stdout).toBe(0)
    const command = node(
      'node_modules/holdfast/dist/src/cli/main.js',
      'conform',
      './my-adapter.mjs',
      '--filter',
      'LOG-READ',
    )
    expect(command.status, command.stderr).toBe(0)
    const vitest = node(
      join(root, 'node_modules/vitest/vitest.mjs'),
      'run',
      '--root',
      directory,
      'my-log.vitest.mjs',
      '--config',
      'vitest.config.mjs',
    )
    expect(vitest.status, vitest.stdout).toBe(0)
  })

  test('is tested by a workflow whose commands the document has', () => {
    const [workflow = ''] = blocks('yaml')
    const steps = Array.from(workflow.matchAll(/- run: npx holdfast (.*)/g), ([, words = '']) => words)
    expect(steps.length).toBe(3)
    for (const words of steps) expect(words).toMatch(/^conform --adapter \.\/my-adapter\.mjs --suite [a-z-]+/)
  })
})
