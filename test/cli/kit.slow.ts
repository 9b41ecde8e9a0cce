/** The kit's command from end to end: what is listed, selected, expected, reported, and how it ends. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { type ConformReport, encodeToken, suiteVersion } from '../../src/conformance/report/index.ts'
import { temporaryDirectory } from '../temporary-directory.ts'
import { conform } from './command.ts'

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url))
const memoryStore = path('../children/memory-adapter.mjs')
const kit = (name: string): string => path(`../conformance/kit/adapters/${name}.mjs`)
const wrong = path('../conformance/mutant-adapters/swallows-refusals.mjs')
/** A case that it fails, and one that it passes. */
const [failing, passing] = ['LOG-REPLACE-007', 'LOG-REPLACE-001']

describe('conform list', () => {
  test('prints a case a line: its id, what it demands, and its rule', async () => {
    const { code, stdout } = await conform(['list', 'LOG-TRIM'])
    expect(code).toBe(0)
    const lines = stdout.trimEnd().split('\n')
    expect(lines.length).toBeGreaterThan(4)
    for (const line of lines) expect(line).toMatch(/^LOG-TRIM-\d{3} {2}(MUST|SHOULD) {2}\S.*\.$/)
  })
})

describe('conform show', () => {
  test('tells the rule of a case, what it needs, and its version', async () => {
    const { code, stdout } = await conform(['show', 'LOG-TRIM-001'])
    expect(code).toBe(0)
    expect(stdout).toMatch(
      /^LOG-TRIM-001 {2}MUST, level api, since 1\.0 .*\n {2}trim\(\) removes .*\n {2}needs: trim\n/,
    )
  })

  test('of a case that there is not is a usage error, which names the nearest', async () => {
    const { code, stdout, stderr } = await conform(['show', 'LOG-TRIM-01'])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(/There is no case LOG-TRIM-01: did you mean LOG-TRIM/)
  })
})

describe('what is run', () => {
  test('--level runs the suites of that level alone', async () => {
    const words = ['--level', 'kill', '--kills', '1', '--seed', '1', '--json']
    const { code, report } = await conform([kit('journal'), ...words])
    expect(code).toBe(0)
    const { suites, levels } = report()
    expect(suites.map(({ name }) => name)).toEqual(['kill', 'raft-kill', 'state-kill'])
    expect(levels.filter(({ isRun }) => isRun).map(({ level }) => level)).toEqual(['kill'])
  })

  test('of a level that says nothing about the storage nothing can be said', async () => {
    // What it acks is in its process alone.
    const { code, stdout } = await conform([memoryStore, '--level', 'kill'])
    expect(code).toBe(3)
    expect(stdout).toContain('INCONCLUSIVE: nothing of the store in memory was tried.')
  })

  test('--suite 1.0 pins the version of the suites, and the report says so', async () => {
    const { code, report } = await conform([
      kit('least'),
      '--filter',
      'LOG-APPEND-001',
      '--suite',
      '1.0',
      '--json',
    ])
    expect(code).toBe(0)
    expect(report()).toMatchObject({ pinned: '1.0', totals: { passed: 1 } })
  })

  test('--certify demands every level, and names those that were not run', async () => {
    const { code, stdout } = await conform([kit('least'), '--filter', 'LOG-APPEND-001', '--certify'])
    expect(code).toBe(3)
    expect(stdout).toMatch(/cannot be certified, for nothing of these levels was run: kill, fault, power\./)
  })

  test('--certify lets no failure be expected', async () => {
    const cwd = temporaryDirectory()
    expectFailure(cwd, failing)
    const { code, stdout } = await conform([wrong, '--filter', failing, '--certify'], { cwd })
    expect(code).toBe(1)
    expect(stdout).toContain('cannot be certified while cases are expected to fail: 1')
  })
})

function expectFailure(cwd: string, id: string): void {
  const known = [{ id, expect: 'fail', reason: 'it is known', issue: 'https://example.org/1' }]
  writeFileSync(join(cwd, 'holdfast.expect.json'), JSON.stringify(known))
}

describe('expectations', () => {
  test('a failure that is expected breaks nothing, and is shown', async () => {
    const cwd = temporaryDirectory()
    expectFailure(cwd, failing)
    const { code, stdout } = await conform([wrong, '--filter', failing], { cwd })
    expect(stdout).toContain(`EXPECTED-FAILURE ${failing}: expected to fail: it is known`)
    expect(code).toBe(0)
  })

  test('one that passes breaks the run, unless that is allowed', async () => {
    const cwd = temporaryDirectory()
    expectFailure(cwd, passing)
    const words = [wrong, '--filter', passing]
    const { code, stdout } = await conform(words, { cwd })
    expect(code).toBe(1)
    expect(stdout).toContain(`UNEXPECTED-PASS ${passing}`)
    expect((await conform([...words, '--allow-unexpected-pass'], { cwd })).code).toBe(0)
  })

  test('--update-expectations writes what failed to the file that is named, and then it is expected', async () => {
    const cwd = temporaryDirectory()
    const words = [wrong, '--filter', failing, '--expectations', 'known.json']
    expect((await conform([...words, '--update-expectations'], { cwd })).code).toBe(1)
    const written = JSON.parse(readFileSync(join(cwd, 'known.json'), 'utf8'))
    expect(written).toMatchObject([{ id: failing, expect: 'fail', reason: expect.any(String) }])
    const { stdout } = await conform(words, { cwd })
    expect(stdout).toContain(`EXPECTED-FAILURE ${failing}`)
  })

  test.each([
    ['a file that is not there', undefined, /Cannot read the expectations in known.json: no file is there/],
    ['a file that is no JSON', '[', /known\.json/],
    ['a case that there is not', '[{"id":"LOG-TRUM-001","expect":"fail","reason":"x"}]', /LOG-TRIM-001/],
  ])('%s is a usage error', async (_, content, said) => {
    const cwd = temporaryDirectory()
    if (content !== undefined) writeFileSync(join(cwd, 'known.json'), content)
    const { code, stdout, stderr } = await conform([kit('least'), '--expectations', 'known.json'], { cwd })
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(said)
  })
})

describe('--command', () => {
  const store = `${process.execPath} ${path('../../scripts/line-protocol/store.mjs')} --dir {dir}`

  test('tests a program that speaks the line protocol', async () => {
    const { code, report } = await conform(['--command', store, '--filter', 'LOG-APPEND-001', '--json'])
    expect(code).toBe(0)
    expect(report().totals).toMatchObject({ passed: 1, failed: 0 })
  })

  test.each([
    ['raft-store', 'RAFT-HARDSTATE-002'],
    ['state-machine', 'SM-CAS-002'],
  ])('tests one of another kind, which its hello names: %s', async (name, filter) => {
    const command = `${process.execPath} ${path(`../../scripts/line-protocol/${name}.mjs`)} --dir {dir}`
    const { code, report } = await conform(['--command', command, '--filter', filter, '--json'])
    expect(code).toBe(0)
    expect(report().totals).toMatchObject({ passed: 1, failed: 0 })
  })

  test.each([
    ['that is not there', ['--command', './no-such-store'], /there is no such program/],
    ['beside an adapter', ['--command', store, kit('least')], /not both/],
  ])('%s is a usage error', async (_, words, said) => {
    const { code, stderr } = await conform(words)
    expect(code).toBe(2)
    expect(stderr).toMatch(said)
  })
})

describe('--report', () => {
  test('writes a file of each form, all of the same run', async () => {
    const cwd = temporaryDirectory()
    const forms = ['junit=report.xml', 'json=report.json', 'html=report.html']
    const words = [wrong, '--filter', failing, ...forms.flatMap((form) => ['--report', form])]
    expect((await conform(words, { cwd })).code).toBe(1)
    const [xml = '', json = '', html = ''] = forms.map((form) =>
      readFileSync(join(cwd, form.split('=')[1] ?? ''), 'utf8'),
    )
    const { verdict, suites } = JSON.parse(json) as ConformReport
    expect([verdict, suites[0]?.cases[0]?.id]).toEqual(['broke', failing])
    expect(xml).toMatch(new RegExp(`<testcase [^>]*${failing}`))
    expect(html).toContain(`id="case-${failing}"`)
  })
})

describe('--replay', () => {
  const token = {
    suiteVersion,
    adapter: 'the least log',
    suite: 'contract',
    caseId: 'LOG-APPEND-001',
    seed: 0,
    path: '',
  }

  test.each([['another adapter', { adapter: 'another' }, /of the adapter "another"/]])(
    'of a token of %s runs nothing, and says so',
    async (_, fields, said) => {
      const { code, stdout, stderr } = await conform([
        kit('least'),
        '--replay',
        encodeToken({ ...token, ...fields }),
      ])
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
      expect(stderr).toMatch(said)
    },
  )

  test('of a case that passes by now ends with 0', async () => {
    expect((await conform([kit('least'), '--replay', encodeToken(token)])).code).toBe(0)
  })
})

test('an adapter that answers a case with nonsense ends with 2, and no verdict', async () => {
  const { code, stdout, stderr } = await conform([kit('misbehaves-later'), '--filter', 'LOG-APPEND'])
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toContain('nextIndex() answered "many"')
})
