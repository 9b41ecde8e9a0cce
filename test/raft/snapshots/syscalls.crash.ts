/** What the store asks of the kernel, and what it does when the kernel refuses. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { isStraceMissing, readCalls, type SystemCall, strace } from '../../medium/strace.ts'
import { temporaryDirectory } from '../../temporary-directory.ts'
import { type Ended, runToEnd } from './child.ts'
import { openStore, readWhole } from './snapshots.ts'

const traced = 'write,pwrite64,writev,pwritev,fsync,fdatasync,rename,renameat,renameat2,unlink,rmdir,openat'

interface Traced extends Ended {
  readonly directory: string
  readonly calls: readonly SystemCall[]
}

function trace(
  count: number,
  bytes: number,
  inject: readonly string[] = [],
  more: readonly string[] = [],
): Traced {
  const directory = join(temporaryDirectory(), 'snapshots')
  const recording = join(temporaryDirectory(), 'calls')
  // strace counts the calls of each thread by itself: with one thread in the pool, those that are not the event loop's are its.
  const under = ['env', 'UV_THREADPOOL_SIZE=1', ...strace(recording, traced, inject)]
  const run = runToEnd('write-snapshots', [directory, count, bytes, ...more], { under })
  return { ...run, directory, calls: readCalls(recording) }
}

const isSync = ({ name }: SystemCall): boolean => name === 'fsync' || name === 'fdatasync'
const isRename = ({ name }: SystemCall): boolean => name.startsWith('rename')
const isWrite = ({ name }: SystemCall): boolean => name.includes('write')

/** The calls of one snapshot, from its beginning to its ack, that write, sync and rename; each with what it is done to. */
function stepsOf({ calls, directory }: Traced): string[] {
  const steps = calls.flatMap((call) => {
    if (isRename(call)) return ['rename']
    const place = /\\"(begun|acked)\\"/.exec(call.args)?.[1] ?? placeOf(call, directory)
    if (place === undefined || !(isSync(call) || isWrite(call))) return []
    return [`${isSync(call) ? 'sync' : 'write'} ${place}`]
  })
  return steps.slice(steps.indexOf('write begun'), steps.indexOf('write acked') + 1)
}

/** `data`, `metadata`, `staging` or `store`; undefined when it is nothing of ours. */
function placeOf({ path = '' }: SystemCall, directory: string): string | undefined {
  if (path === directory) return 'store'
  if (!path.startsWith(directory)) return undefined
  return path.endsWith('.staging') ? 'staging' : path.split('/').at(-1)
}

describe.skipIf(isStraceMissing)('what a snapshot asks of the kernel (needs strace)', () => {
  test('data, metadata and their directory are synced, then one rename, then its directory, then the ack', () => {
    const run = trace(1, 150_000)
    expect(run.status).toBe(0)
    expect(stepsOf(run)).toStrictEqual([
      'write begun',
      'write data',
      'write data',
      'sync data',
      'write metadata',
      'sync metadata',
      'sync staging',
      'rename',
      'sync store',
      'write acked',
    ])
  })

  test('the medium is set to work on a big snapshot before its end, and the last sync comes after the last byte', () => {
    const { calls, directory, status } = trace(1, 40_000_000)
    expect(status).toBe(0)
    const ofData = calls.filter(
      (call) => placeOf(call, directory) === 'data' && (isSync(call) || isWrite(call)),
    )
    expect(ofData.filter(({ name }) => name === 'fdatasync').length).toBeGreaterThan(0)
    expect(ofData.findIndex(({ name }) => name === 'fdatasync')).toBeLessThan(ofData.findLastIndex(isWrite))
    expect(ofData.findIndex(({ name }) => name === 'fsync')).toBe(ofData.length - 1)
  })

  test('the rename gives the staging directory the name of the snapshot', () => {
    const { calls, said, directory } = trace(1, 10)
    const id = said.flatMap(({ acked }) => acked ?? [])[0] ?? ''
    const [renamed, ...more] = calls.filter(isRename)
    expect(more).toStrictEqual([])
    expect(renamed?.args).toContain(`${join(directory, id)}.staging"`)
    expect(renamed?.args).toContain(`${join(directory, id)}"`)
  })

  test("a new store's directory is synced in its parent, and then itself", () => {
    const { calls, directory } = trace(0, 0)
    const synced = calls.filter(isSync).map(({ path }) => path)
    expect(synced.slice(-2)).toStrictEqual([join(directory, '..'), directory])
  })

  test('opening syncs the directory before it clears anything away', () => {
    const directory = temporaryDirectory()
    runToEnd('exit-unfinished', [directory])
    const recording = join(temporaryDirectory(), 'calls')
    runToEnd('write-snapshots', [directory, 0, 0], { under: strace(recording, traced) })
    const steps = readCalls(recording)
      .filter((call) => (isSync(call) && call.path === directory) || /^(unlink|rmdir)/.test(call.name))
      .filter(({ path, args }) => path === directory || args.includes(directory))
      .map(({ name, result }) => `${name} ${result === '0' ? 'done' : ''}`.trim())
    expect(steps).toStrictEqual(['fsync done', 'unlink done', 'unlink', 'rmdir done'])
  })

  test.each([
    ['retain', []],
    ['retainLater', ['later']],
  ])('%s() gives the name up and syncs that before any file is removed', (_name, when) => {
    const { calls, directory } = trace(3, 10, [], when)
    const from = calls.findIndex((call) => isRename(call) && call.args.includes('.removed'))
    const steps = calls
      .slice(from)
      .filter((call) => isSync(call) || isRename(call) || /^(unlink|rmdir)/.test(call.name))
      .map((call) => `${call.name} ${isSync(call) ? placeOf(call, directory) : ''}`.trim())
    expect(steps).toStrictEqual(['rename', 'fsync store', 'unlink', 'unlink', 'rmdir'])
  })
})

describe.skipIf(isStraceMissing)('when the kernel refuses (needs strace)', () => {
  /** Of the pool's thread, each snapshot asks for four; the event loop's own, three at the opening, come first by themselves. */
  const syncs = [
    ['data', 5],
    ['metadata', 6],
    ['staging directory', 7],
    ["store's directory", 8],
  ] as const

  test.each(syncs)(
    'a failed sync of the %s is not tried again: no snapshot, and the next one is one',
    async (_, nth) => {
      const run = trace(3, 150_000, [`fsync:error=EIO:when=${nth}`])
      const injected = run.calls.findIndex(({ result }) => result.includes('INJECTED'))
      const failed = run.calls[injected]
      expect(failed?.path).toContain(run.directory)
      expect(run.said.filter(({ failed: at }) => at !== undefined)).toStrictEqual([
        { failed: 2, name: 'WriteFailedError', reason: 'io', inDoubt: false, listed: [1] },
      ])
      if (failed?.path !== run.directory) {
        const again = run.calls
          .slice(injected + 1)
          .filter((call) => isSync(call) && call.path === failed?.path)
        expect(again).toStrictEqual([])
      }
      const store = openStore({ directory: run.directory })
      expect(store.list().map(({ index }) => index)).toStrictEqual([3, 1])
      expect(store.unusable()).toStrictEqual([])
      expect((await readWhole(store, store.list()[0]?.id ?? '')).equals(Buffer.alloc(150_000, 3))).toBe(true)
    },
  )

  test('a name that was given in vain is taken away durably before any file of it goes', () => {
    const { calls, directory } = trace(3, 10, ['fsync:error=EIO:when=8'])
    const after = calls.slice(calls.findIndex(({ result }) => result.includes('INJECTED')) + 1)
    const steps = after
      .filter((call) => isSync(call) || isRename(call) || /^(unlink|rmdir)/.test(call.name))
      .map((call) => `${call.name} ${isSync(call) ? placeOf(call, directory) : ''}`.trim())
    expect(steps.slice(0, 5)).toStrictEqual(['rename', 'fsync store', 'unlink', 'unlink', 'rmdir'])
  })

  // The second ends right after the chunk that sets the medium to work.
  test.each([40_000_000, 16_800_000])(
    'a failed sync in the middle of a snapshot of %i bytes is not tried again either: no snapshot',
    (bytes) => {
      const { said, calls } = trace(1, bytes, ['fdatasync:error=EIO:when=1'])
      expect(said.filter(({ failed }) => failed !== undefined)).toStrictEqual([
        { failed: 1, name: 'WriteFailedError', reason: 'io', inDoubt: false, listed: [] },
      ])
      const syncsOfData = calls.filter((call) => isSync(call) && call.path?.endsWith('/data'))
      expect(syncsOfData.map(({ name, result }) => [name, result.includes('INJECTED')])).toStrictEqual([
        ['fdatasync', true],
      ])
      expect(calls.filter(isRename)).toStrictEqual([])
    },
  )

  test.each([
    ['rename', 2, 'EIO', 'io'],
    ['rename', 2, 'ENOSPC', 'no_space'],
    ['pwrite64', 3, 'ENOSPC', 'no_space'],
    ['pwrite64', 4, 'EIO', 'io'],
  ])(
    'a failed %s (%i) with %s is told, nothing of the snapshot is left, and the next one is one',
    (call, nth, errno, reason) => {
      const run = trace(3, 150_000, [`${call}:error=${errno}:when=${nth}`])
      expect(run.said.filter(({ failed }) => failed !== undefined)).toStrictEqual([
        { failed: 2, name: 'WriteFailedError', reason, inDoubt: false, listed: [1] },
      ])
      expect(run.said.at(-1)).toStrictEqual({ listed: [3, 1] })
    },
  )
})

describe('a medium without room', () => {
  test('refuses a snapshot in the middle; nothing of it is left, and a smaller one fits', () => {
    const directory = temporaryDirectory()
    // RLIMIT_FSIZE in KiB, which any shell sets: the file may not grow beyond it.
    const under = ['bash', '-c', 'ulimit -f 200; exec "$@"', 'bash']
    const { said, status } = runToEnd('write-snapshots', [directory, 1, 1_000_000], { under })
    expect(status).toBe(0)
    expect(said).toMatchObject([
      { begun: expect.any(String) },
      { failed: 1, name: 'WriteFailedError', reason: 'no_space', inDoubt: false, listed: [] },
      {},
      { listed: [] },
    ])
    const smaller = runToEnd('write-snapshots', [directory, 1, 100_000], { under })
    expect(smaller.said.at(-1)).toStrictEqual({ listed: [1] })
    const store = openStore({ directory })
    expect(store.list()).toHaveLength(1)
  })

  test('refuses a big snapshot in the middle, while another thread hashes it', () => {
    const directory = temporaryDirectory()
    const under = ['bash', '-c', 'ulimit -f 12000; exec "$@"', 'bash']
    const { said, status } = runToEnd('write-snapshots', [directory, 1, 30_000_000], { under })
    expect(status).toBe(0)
    expect(said).toMatchObject([
      { begun: expect.any(String) },
      { failed: 1, name: 'WriteFailedError', reason: 'no_space', inDoubt: false, listed: [] },
      {},
      { listed: [] },
    ])
    expect(readdirSync(directory)).toStrictEqual([])
  })
})
