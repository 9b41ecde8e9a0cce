/**
 * Tries the doors of the conformance kit in the real runners: a project that has the package, with a right storage and a wrong one.
 * `node scripts/check-doors.mjs [runner...]`; jest and mocha are installed into it, for nothing here depends on them.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const adapters = join(root, 'test/conformance/kit/adapters')

/** Its flags, its file's name, and what is to be installed for it. */
const runners = {
  vitest: { words: ['node_modules/vitest/vitest.mjs', 'run'], file: 'log.test.mjs' },
  node: { words: ['--test', '--test-reporter=spec'], file: 'log.test.mjs' },
  jest: {
    words: ['--experimental-vm-modules', 'node_modules/jest/bin/jest.js', '--testMatch=**/*.test.mjs'],
    file: 'log.test.mjs',
    install: 'jest@30.5.2',
  },
  mocha: { words: ['node_modules/mocha/bin/mocha.js'], file: 'log.test.mjs', install: 'mocha@12.0.3' },
}

const asked = process.argv.slice(2)
const names = asked.length > 0 ? asked : Object.keys(runners)
const project = mkdtempSync(join(tmpdir(), 'holdfast-doors-'))
try {
  prepare(names)
  const failures = names.flatMap((name) => [...tryDoor(name, 'journal', 0), ...tryDoor(name, 'forgets', 1)])
  for (const failure of failures) process.stderr.write(`${failure}\n`)
  process.exitCode = failures.length > 0 ? 1 : 0
} finally {
  rmSync(project, { recursive: true, force: true })
}

function prepare(wanted) {
  writeFileSync(
    join(project, 'package.json'),
    JSON.stringify({ name: 'doors', private: true, type: 'module' }),
  )
  const packages = wanted.flatMap((name) => runners[name].install ?? [])
  if (packages.length > 0) {
    const words = ['install', '--no-audit', '--no-fund', '--ignore-scripts', ...packages]
    const { status, stderr } = spawnSync('npm', words, { cwd: project, encoding: 'utf8' })
    if (status !== 0) throw new Error(`npm install ${packages.join(' ')} failed: ${stderr}`)
  }
  mkdirSync(join(project, 'node_modules'), { recursive: true })
  for (const name of ['vitest'])
    symlinkSync(join(root, 'node_modules', name), join(project, 'node_modules', name))
  symlinkSync(root, join(project, 'node_modules', 'holdfast'))
  for (const file of ['journal', 'journal-variant', 'forgets'])
    cpSync(join(adapters, `${file}.mjs`), join(project, `${file}.mjs`))
}

/** A filter keeps it short; the kill suite is what tells the two storages apart. */
function tryDoor(name, adapter, expected) {
  const { words, file } = runners[name]
  writeFileSync(
    join(project, file),
    `import { conformance } from 'holdfast/conformance/${name}'
conformance(new URL('./${adapter}.mjs', import.meta.url), { filter: 'LOG-TRIM' })
conformance(new URL('./${adapter}.mjs', import.meta.url), { suites: ['kill'], kills: 4, seed: 1 })
`,
  )
  const { status, stdout, stderr } = spawnSync(process.execPath, [...words, file], {
    cwd: project,
    encoding: 'utf8',
    timeout: 240_000,
    env: { ...process.env, NODE_TEST_CONTEXT: undefined, NO_COLOR: '1' },
  })
  const said = `${stdout}${stderr}`
  const isRight = expected === 0 ? status === 0 : status !== 0 && said.includes('the kill suite')
  process.stdout.write(
    `${name}, ${adapter}: ${isRight ? 'as it should be' : 'WRONG'} (exit code ${status})\n`,
  )
  return isRight ? [] : [`The door of ${name} on ${adapter} ended with ${status}:\n${said.slice(-4_000)}`]
}
