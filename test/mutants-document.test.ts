import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { plantedInRaft, planted as plantedOnLogs } from './conformance/model-suite/planted.ts'
import { planted } from './conformance/sweep/planted.ts'
import { mutants } from './mutants/index.ts'
import { stateMutants } from './state-machine/mutants.ts'

const root = new URL('../', import.meta.url)
const page = readFileSync(new URL('docs/mutants.md', root), 'utf8')
const cellsOf = (line: string): string[] => line.split('|').map((cell) => cell.trim())

test('docs/mutants.md is what its script writes', () => {
  const script = fileURLToPath(new URL('scripts/generate-mutants-docs.mjs', root))
  const { status, stderr } = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
})

test('docs/mutants.md has every mutant, with its bug and the cases that catch it', () => {
  const lines = page.split('\n').map(cellsOf)
  for (const [name, { bug, caughtBy }] of Object.entries(mutants)) {
    const [isCompared, isSwept] = [[...plantedOnLogs, ...plantedInRaft], planted].map((list) =>
      list.some(([one]) => one === name),
    )
    const [model, sweep] = [isCompared, isSwept].map((isCaught) => (isCaught ? 'yes' : ''))
    expect(lines).toContainEqual(['', bug, `\`${name}\``, caughtBy.join(', '), model, sweep, ''])
  }
})

test('docs/mutants.md has every store of the kill suites that is no healthy one', () => {
  const files = readdirSync(new URL('test/conformance/mutant-adapters', root))
  expect(files.filter((file) => !page.includes(`\`${file.replace('.mjs', '')}\``))).toEqual([])
})

test('docs/mutants.md has every state machine with a planted bug, and the cases that catch it', () => {
  const lines = page.split('\n').map(cellsOf)
  for (const { bug, caughtBy } of stateMutants) {
    const line = lines.find(([, told]) => told?.toLowerCase() === `${bug}.`.toLowerCase())
    expect(line?.at(3)).toBe(caughtBy.join(', '))
  }
  expect(stateMutants.length).toBeGreaterThanOrEqual(12)
})

test.each([
  ['mutant-adapters', 'state-kill'],
  ['power-loss-mutants', 'state-power-loss'],
])('docs/mutants.md has every state machine of %s, caught by %s', (directory, suite) => {
  const right = ['mistake.mjs', 'on-files.mjs', 'on-files-lazily.mjs']
  const files = readdirSync(new URL(`test/state-machine/${directory}`, root))
  const missing = files.filter((file) => {
    const line = page.split('\n').find((one) => one.includes(`\`${file.replace('.mjs', '')}\``))
    return !right.includes(file) && line?.includes(suite) !== true
  })
  expect(missing).toEqual([])
})

test('every file of a mutant is among the mutants', () => {
  const parts = ['index', 'mutant', 'raft-parts', 'wrapped-log']
  const names = readdirSync(new URL('test/mutants', root)).map((file) => file.replace('.ts', ''))
  expect(names.filter((name) => !parts.includes(name)).sort()).toEqual(Object.keys(mutants).sort())
})
