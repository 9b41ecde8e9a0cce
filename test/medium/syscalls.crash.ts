import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { temporaryDirectory } from '../temporary-directory.ts'
import { type ChildRun, runChild } from './run-child.ts'
import { isStraceMissing, readCalls, type SystemCall, strace } from './strace.ts'

const dataCalls = 'write,pwrite64,writev,pwritev,pwritev2,fsync,fdatasync,msync,ftruncate,openat'

interface Traced extends ChildRun {
  readonly directory: string
  readonly calls: readonly SystemCall[]
}

function trace(child: string, args: readonly string[], inject: readonly string[] = []): Traced {
  const directory = temporaryDirectory()
  const recording = join(temporaryDirectory(), 'calls')
  const run = runChild(child, [join(directory, 'log'), ...args], strace(recording, dataCalls, inject))
  return { ...run, directory, calls: readCalls(recording) }
}

const isOfDataFile = (call: SystemCall): boolean => call.path?.endsWith('/log/data.mdb') ?? false

/** The calls on the data file between the child's words `begin` and `acked` of each turn. */
function callsByTurn(calls: readonly SystemCall[]): SystemCall[][] {
  const turns: SystemCall[][] = []
  let turn: SystemCall[] | undefined
  for (const call of calls) {
    if (call.name === 'write' && call.args.includes('begin')) turn = []
    else if (call.name === 'write' && call.args.includes('acked')) {
      if (turn) turns.push(turn)
      turn = undefined
    } else if (isOfDataFile(call)) turn?.push(call)
  }
  return turns
}

/** Descriptors of the data file that were opened with O_DSYNC. */
function syncedDescriptors(calls: readonly SystemCall[]): string[] {
  return calls
    .filter(({ name, args }) => name === 'openat' && args.includes('data.mdb') && args.includes('O_DSYNC'))
    .map(({ result }) => /^\d+/.exec(result)?.[0] ?? '')
}

describe.skipIf(isStraceMissing)('what an append asks of the kernel (needs strace)', () => {
  test('each commit is written, synced once, and ends with one O_DSYNC write of the meta page', () => {
    const { calls, status } = trace('append', ['10', '100'])
    expect(status).toBe(0)
    const turns = callsByTurn(calls)
    expect(turns).toHaveLength(10)
    const synced = syncedDescriptors(calls)
    for (const turn of turns) {
      const shape = turn.map(({ name, args }) => {
        const descriptor = /^\d+/.exec(args)?.[0] ?? ''
        return name === 'fdatasync' ? 'sync' : synced.includes(descriptor) ? 'synced meta' : 'page'
      })
      const pages = shape.slice(0, -2)
      expect(pages.length).toBeGreaterThan(0)
      expect(new Set(pages)).toEqual(new Set(['page']))
      expect(shape.slice(-2)).toEqual(['sync', 'synced meta'])
    }
  })

  test('a new data file is synced, then renamed into its place, then its directory is synced', () => {
    const directory = temporaryDirectory()
    const recording = join(temporaryDirectory(), 'calls')
    runChild(
      'append',
      [join(directory, 'log'), '0', '1'],
      strace(recording, 'fsync,rename,renameat,renameat2'),
    )
    const calls = readCalls(recording)
    const renamed = calls.findIndex(
      ({ name, args }) => name.startsWith('rename') && args.includes('data.mdb'),
    )
    const syncedPath = (call: SystemCall): string => call.path ?? ''
    expect(calls.slice(0, renamed).map(syncedPath)).toContainEqual(
      expect.stringMatching(/staging\/data\.mdb$/),
    )
    expect(calls.slice(renamed + 1).map(syncedPath)).toContainEqual(expect.stringMatching(/\/log$/))
    // The directory was new, so its own name had to be synced in its parent.
    expect(calls.map(syncedPath)).toContainEqual(directory)
  })
})

describe.skipIf(isStraceMissing)('what opening asks of the kernel (needs strace)', () => {
  test('what an owner left in the kernel is durable, and its name, before LMDB is shown it', () => {
    const { calls } = openAgain()
    const isSync = ({ name, args }: SystemCall, path: RegExp): boolean =>
      name === 'fsync' && path.test(args.slice(0, -1))
    const shown = calls.findIndex(({ name, args }) => name === 'openat' && /data\.mdb".*O_DSYNC/.test(args))
    const before = calls.slice(0, shown)
    expect(before.some((call) => isSync(call, /\/log\/data\.mdb$/))).toBe(true)
    expect(before.some((call) => isSync(call, /\/log$/))).toBe(true)
    // Nothing was in doubt.
    expect(calls.filter((call) => call.name === 'pwrite64' && isOfDataFile(call))).toEqual([])
  })

  test('after that failed, the next open believes no sync: it commits before LMDB is shown to anyone', () => {
    const found = openAgain('fsync:error=EIO:when=2')
    expect(found.said).toEqual([])
    expect(found.stderr).toMatch(/WriteFailedError/)
    expect(existsSync(join(found.directory, 'log', 'holdfast.doubt'))).toBe(true)

    const { calls, said } = openAgain(undefined, found.directory)
    expect(said).toHaveLength(1)
    expect(calls.filter(({ name, args }) => name === 'pwrite64' && /, 128, \d+$/.test(args))).toHaveLength(1)
    expect(existsSync(join(found.directory, 'log', 'holdfast.doubt'))).toBe(false)
  })
})

/** Opens a log with three entries, or that in `directory`, in a process of its own. */
function openAgain(inject?: string, directory: string = temporaryDirectory()): Traced {
  const log = join(directory, 'log')
  if (!existsSync(log)) runChild('append', [log, '3', '100'])
  const recording = join(temporaryDirectory(), 'calls')
  const run = runChild('open', [log], strace(recording, dataCalls, inject === undefined ? [] : [inject]))
  return { ...run, directory, calls: readCalls(recording) }
}

/** Which call of each kind, counted from the first of the process, belongs to the third of six appends. */
const failures = [
  ['fdatasync', 'EIO'],
  ['pages', 'EIO'],
  ['meta', 'EIO'],
  ['meta', 'ENOSPC'],
  ['fdatasync', 'ENOSPC'],
] as const

describe.skipIf(isStraceMissing)('when the kernel refuses (needs strace)', () => {
  test.each(failures)(
    'a failed %s with %s poisons the store, is never tried again, and loses nothing acked',
    (which, errno) => {
      const inject = injectionInto(2, which, errno)
      const { said, calls, status } = trace('append', ['6', '3000'], [inject])
      expect(status).toBe(0)
      expect(said.filter((line) => 'acked' in line).map((line) => line.acked)).toEqual([0, 1])
      const failed = said.filter((line) => 'failed' in line)
      expect(failed[0]).toMatchObject({
        failed: 2,
        name: 'WriteFailedError',
        inDoubt: true,
        next: 'PoisonedError',
      })
      expect(failed[0].reason).toBe(errno === 'EIO' ? 'io' : 'no_space')
      expect(failed.slice(1)).toHaveLength(3)
      for (const line of failed.slice(1)) {
        expect(line).toMatchObject({ name: 'PoisonedError', reason: 'poisoned', read: 'PoisonedError' })
      }
      const injected = calls.findIndex(({ result }) => result.includes('INJECTED'))
      // The next open begins with a commit of its own.
      const isOpen = ({ name, args }: SystemCall): boolean => name === 'openat' && args.includes('/log"')
      const reopened = calls.findIndex((call, at) => at > injected && isOpen(call))
      const afterwards = calls.slice(injected + 1, reopened).filter(isOfDataFile)
      expect(afterwards.filter(({ name }) => name === 'fdatasync')).toEqual([])
      expect(said.at(-1)).toEqual({ reopened: 2, first: [0, 1], audit: [] })
    },
  )
})

/** strace's words for "the call of that kind which the append of `turn` makes". A recording of a run without faults says which. */
function injectionInto(turn: number, which: 'fdatasync' | 'pages' | 'meta', errno: string): string {
  const { calls } = trace('append', ['6', '3000'])
  const synced = syncedDescriptors(calls)
  const isMeta = ({ args }: SystemCall): boolean => synced.includes(/^\d+/.exec(args)?.[0] ?? '')
  const wanted = callsByTurn(calls)[turn]?.find((call) =>
    which === 'fdatasync'
      ? call.name === 'fdatasync'
      : call.name !== 'fdatasync' && isMeta(call) === (which === 'meta'),
  )
  if (wanted === undefined) throw new Error(`No ${which} in turn ${turn}`)
  const nth = calls.filter(({ name }) => name === wanted.name).indexOf(wanted) + 1
  return `${wanted.name}:error=${errno}:when=${nth}`
}
