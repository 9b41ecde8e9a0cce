import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { planted as plantedInHistories } from './conformance/model-suite/planted.ts'
import { planted } from './conformance/sweep/planted.ts'
import { mutants } from './mutants/index.ts'

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
    const [isCompared, isSwept] = [plantedInHistories, planted].map((list) =>
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

test('every file of a mutant is among the mutants', () => {
  const parts = ['index', 'mutant', 'raft-parts', 'wrapped-log']
  const names = readdirSync(new URL('test/mutants', root)).map((file) => file.replace('.ts', ''))
  expect(names.filter((name) => !parts.includes(name)).sort()).toEqual(Object.keys(mutants).sort())
})
