import { execFileSync, spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openLmdbLog } from '../../src/index.ts'
import { temporaryDirectory } from '../temporary-directory.ts'
import { runChild } from './run-child.ts'

/** The largest file that the program may write: RLIMIT_FSIZE, which any shell sets. */
function underFileSizeLimit(kib: number): string[] {
  return ['bash', '-c', `ulimit -f ${kib}; exec "$@"`, 'bash']
}

function expectCleanRefusal(
  directory: string,
  said: ReturnType<typeof runChild>['said'],
  entries: number,
): void {
  const [refused, roomMade, again] = said
  expect(refused).toMatchObject({ name: 'WriteFailedError', reason: 'no_space', inDoubt: false, audit: [] })
  expect(refused.acked).toBeGreaterThan(0)
  expect(refused.acked % entries).toBe(0)
  expect(refused).toMatchObject({ nextIndex: refused.acked, last: entries })
  expect(roomMade).toEqual({ firstIndex: refused.acked - 1, reclaimed: refused.acked - 1, audit: [] })
  expect(again).toEqual({ nextIndex: refused.acked + entries, last: entries })
  using log = openLmdbLog(directory)
  expect([log.firstIndex, log.nextIndex]).toEqual([refused.acked - 1, refused.acked + entries])
  expect(log.get(refused.acked - 1)?.[0]).toBe(entries)
  expect(log.audit()).toEqual([])
}

describe('a medium without room', () => {
  test.each([
    [1, 100],
    [20, 3000],
    [3, 50_000],
  ])('a batch of %i entries of %i bytes is refused whole, and the store stays usable', (entries, bytes) => {
    const directory = join(temporaryDirectory(), 'log')
    const run = runChild('fill', [directory, String(entries), String(bytes)], underFileSizeLimit(1024))
    expect(run.stderr).toBe('')
    expect(run.status).toBe(0)
    expectCleanRefusal(directory, run.said, entries)
  })

  test.skipIf(!canMount())('a full file system is refused in the same way (needs the right to mount)', () => {
    const mounted = temporaryDirectory()
    mount(mounted)
    onTestFinished(() => void execFileSync('umount', [mounted]))
    const directory = join(mounted, 'log')
    const run = runChild('fill', [directory, '7', '5000'])
    expect(run.stderr).toBe('')
    expect(run.status).toBe(0)
    expectCleanRefusal(directory, run.said, 7)
  })
})

describe.skipIf(!canMount())('tools on a full file system (needs the right to mount)', () => {
  test.each([
    ['inspect', 0],
    ['verify', 0],
    ['dump', 0],
    ['doctor', 1],
  ])('holdfast %s ends with %i, also where its table of readers is missing', (tool, code) => {
    const mounted = temporaryDirectory()
    mount(mounted)
    onTestFinished(() => void execFileSync('umount', [mounted]))
    const directory = join(mounted, 'log')
    openLmdbLog(directory).close()
    const program = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url))
    const runTool = () => spawnSync(process.execPath, [program, tool, directory], { encoding: 'utf8' })
    fillUp(mounted)
    const { status, signal, stderr } = runTool()
    expect({ status, signal, stderr }).toEqual({ status: code, signal: null, stderr: '' })
    // A restored copy has no table of readers, and there is no room to make one.
    rmSync(join(directory, 'lock.mdb'))
    fillUp(mounted)
    const again = runTool()
    expect({ status: again.status, signal: again.signal }).toEqual({ status: 1, signal: null })
    expect(tool === 'doctor' ? again.stdout : again.stderr).toMatch(/no_space|no space/i)
  })
})

/** Leaves no byte free. */
function fillUp(directory: string): void {
  const descriptor = openSync(join(directory, 'filler'), 'a')
  try {
    for (;;) writeSync(descriptor, new Uint8Array(4096))
  } catch (error) {
    expect(error).toMatchObject({ code: 'ENOSPC' })
  } finally {
    closeSync(descriptor)
  }
}

/** A file system of 2 MiB in memory. Returns whether this process may mount one. */
function mount(directory: string): boolean {
  return spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', directory]).status === 0
}

function canMount(): boolean {
  if (process.geteuid?.() !== 0) return false
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-test-'))
  try {
    if (!mount(directory)) return false
    execFileSync('umount', [directory])
    return true
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}
