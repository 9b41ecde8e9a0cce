/** What only a process of its own can show. The children run the build: `npm run build` first. */

import { type SpawnSyncReturns, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import type { FailpointEnvironment } from '../../failpoints/index.ts'

/** Runs a child with nothing in its environment but `environment`, until it ends. */
function run(
  child: string,
  argument: string,
  environment: FailpointEnvironment = {},
): SpawnSyncReturns<string> {
  const path = fileURLToPath(new URL(`./children/${child}.mjs`, import.meta.url))
  return spawnSync(process.execPath, [path, argument], { env: { ...environment }, encoding: 'utf8' })
}

describe('crash', () => {
  test('kills the process at the hit: nothing after it runs', () => {
    const child = run('hit', '5', { FAILPOINTS: 'child.site=2*off->crash' })
    expect([child.signal, child.status]).toStrictEqual(['SIGKILL', null])
    expect(child.stdout).toBe('hit 1\nhit 2\n')
  })
})

describe('exit(code)', () => {
  test.each([0, 1, 255])('ends the process with %i: only exit handlers run', (code) => {
    const child = run('hit', '5', { FAILPOINTS: `child.site=1*off->exit(${code})` })
    expect([child.signal, child.status]).toStrictEqual([null, code])
    expect(child.stdout).toBe('hit 1\nexit handlers ran\n')
  })
})

describe('print', () => {
  test('writes the site and the message to standard error', () => {
    const child = run('hit', '3', { FAILPOINTS: 'child.site=1*print->1*print(a line; (and more))' })
    expect(child.stderr).toBe('failpoint child.site\nfailpoint child.site: a line; (and more)\n')
    expect(child.status).toBe(0)
  })

  test('writes all of a line that is longer than a pipe holds', () => {
    const child = run('print-long', '1000000')
    expect([child.status, child.stderr.length]).toStrictEqual([
      0,
      'failpoint child.site: '.length + 1_000_001,
    ])
  })

  test('into a closed standard error is no fault', () => {
    const child = run('print-closed', '1')
    expect([child.status, child.stdout]).toStrictEqual([0, 'hit 1\n'])
  })

  test('has written its line before a crash that follows', () => {
    const child = run('hit', '2', { FAILPOINTS: 'child.site=1*print(last words)->crash' })
    expect(child.signal).toBe('SIGKILL')
    expect(child.stderr).toBe('failpoint child.site: last words\n')
  })
})

describe('throw', () => {
  test('that nobody catches ends the process, and names the site', () => {
    const child = run('hit', '1', { FAILPOINTS: 'child.site=throw(no space left)' })
    expect(child.status).toBe(1)
    expect(child.stderr).toContain('Failpoint "child.site" threw: no space left')
  })
})

describe('sleep(ms) and delay(ms)', () => {
  test.each(['sleep', 'delay'])('%s goes on afterwards', (action) => {
    const child = run('hit', '2', { FAILPOINTS: `child.site=1*${action}(1)->return(x)` })
    expect(child.stdout).toBe('hit 1\nhit 2 returned x\nexit handlers ran\n')
  })
})

describe('the environment', () => {
  test('without FAILPOINTS nothing happens, and nothing is said', () => {
    const child = run('hit', '1')
    expect([child.status, child.stderr]).toStrictEqual([0, ''])
    expect(child.stdout).toBe('hit 1\nexit handlers ran\n')
  })

  test('a percentage says the seed once, and the seed replays the run', () => {
    const settings = 'child.site=50%return(x)->50%return(y);other.site=1%off'
    const first = run('hit', '64', { FAILPOINTS: settings })
    const seed = /^failpoints: replay this run with FAILPOINTS_SEED=(\d+)\n$/.exec(first.stderr)?.[1]
    expect(seed).toBeDefined()
    const second = run('hit', '64', { FAILPOINTS: settings, FAILPOINTS_SEED: seed })
    expect(second.stdout).toBe(first.stdout)
    expect(second.stderr).toBe(first.stderr)
  })

  test('another seed is another run', () => {
    const [first, second] = ['1', '2'].map((seed) =>
      run('hit', '64', { FAILPOINTS: 'child.site=50%return(x)', FAILPOINTS_SEED: seed }),
    )
    expect(first?.stdout).not.toBe(second?.stdout)
  })

  test('no percentage, no word about a seed', () => {
    expect(run('hit', '1', { FAILPOINTS: 'child.site=return(x)', FAILPOINTS_SEED: '7' }).stderr).toBe('')
  })

  test.each([{ FAILPOINTS: 'child.site=crsh' }, { FAILPOINTS_SEED: 'x' }])(
    'a bad one is nothing to an import: %j',
    (environment) => {
      const child = run('import-only', 'no', environment)
      expect([child.status, child.stdout, child.stderr]).toStrictEqual([0, 'imported\n', ''])
    },
  )

  test('a bad one throws at the first use', () => {
    const child = run('import-only', 'use', { FAILPOINTS: 'child.site=crsh' })
    expect(child.stdout).toBe('imported\nFAILPOINT_SYNTAX 12\n')
  })

  test('a bad one that nobody catches shows the text and the column', () => {
    const child = run('hit', '1', { FAILPOINTS: 'child.site=crsh' })
    expect(child.status).toBe(1)
    expect(child.stderr).toContain('FailpointSyntaxError')
    expect(child.stderr).toContain('did you mean "crash"?\n  child.site=crsh\n             ^\n')
  })
})
