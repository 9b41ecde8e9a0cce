/** Files that are cut and changed: what comes out is the right state, an earlier one with a torn tail, or a typed error. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CorruptionError, FormatVersionError } from '../../../src/errors.ts'
import { ForeignStateError } from '../../../src/state-machine/errors.ts'
import type { FilesStateMedium } from '../../../src/state-machine/files/files-state-medium.ts'
import type { FilesOptions } from '../../../src/state-machine/files/options.ts'
import { type FoundState, recoverFiles } from '../../../src/state-machine/files/recover-files.ts'
import { segmentHeaderBytes } from '../../../src/state-machine/files/segment-header.ts'
import { WriteGuard } from '../../../src/state-machine/files/write-guard.ts'
import { propertyParameters } from '../../property-parameters.ts'
import {
  applyCommands,
  bytes,
  fastDirectory,
  filesIn,
  format,
  openMedium,
  put,
  stateOf,
} from './files-rig.ts'

/** A directory as a process left it, and the states that it went through. */
interface Left {
  readonly directory: string
  /** State after each chunk since the last checkpoint, the checkpoint's first; with the last segment and where it ended then. */
  readonly boundaries: readonly { readonly state: string; readonly segment: string; readonly end: number }[]
}

function lastSegment(directory: string): string {
  return (
    filesIn(directory)
      .filter((name) => name.startsWith('wal'))
      .at(-1) ?? ''
  )
}

function boundaryOf(directory: string, medium: FilesStateMedium): Left['boundaries'][number] {
  const segment = lastSegment(directory)
  return { state: stateOf(medium), segment, end: readFileSync(join(directory, segment)).length }
}

/** Three segments, a checkpoint, and three records in the last segment. */
async function leaveState(options: FilesOptions = {}): Promise<Left> {
  const directory = fastDirectory()
  const { medium } = await openMedium(directory, { segmentBytes: 500, ...options })
  applyCommands(medium, [
    put('a', 'before'),
    put('b', 'leased', 40),
    { kind: 'config', membership: bytes('abc') },
  ])
  await medium.checkpoint()
  const boundaries = [boundaryOf(directory, medium)]
  for (let at = 0; at < 9; at++) {
    applyCommands(medium, [
      put(`key ${at}`, 'v'.repeat(20 + at)),
      { kind: 'touch', key: bytes('b'), ttlMs: 50 },
    ])
    boundaries.push(boundaryOf(directory, medium))
  }
  medium.abandon()
  expect(filesIn(directory).filter((name) => name.startsWith('wal'))).toHaveLength(3)
  expect(boundaries.filter(({ segment }) => segment === lastSegment(directory)).length).toBeGreaterThan(1)
  return { directory, boundaries }
}

function recover(directory: string): Promise<FoundState> {
  return recoverFiles({ name: 'state', directory, failpoints: undefined }, new WriteGuard('state'), format)
}

/** What is in the directory with `file` changed for the time of the look. */
async function recoverWith(
  directory: string,
  file: string,
  changed: Uint8Array,
): Promise<FoundState | Error> {
  const path = join(directory, file)
  const before = readFileSync(path)
  writeFileSync(path, changed)
  try {
    return await recover(directory)
  } catch (error) {
    return error as Error
  } finally {
    writeFileSync(path, before)
  }
}

function isTyped(found: FoundState | Error): boolean {
  return (
    found instanceof CorruptionError ||
    found instanceof FormatVersionError ||
    found instanceof ForeignStateError
  )
}

test('the last segment cut at any byte gives the chunks that are whole, and tells how much was dropped', async () => {
  const { directory, boundaries } = await leaveState()
  const segment = lastSegment(directory)
  const whole = readFileSync(join(directory, segment))
  const before = boundaries.findLast((boundary) => boundary.segment !== segment)
  for (let cut = segmentHeaderBytes; cut <= whole.length; cut++) {
    const found = await recoverWith(directory, segment, whole.subarray(0, cut))
    const kept = boundaries.filter((boundary) => boundary.segment === segment && boundary.end <= cut).at(-1)
    expect(found, `cut at ${cut}`).not.toBeInstanceOf(Error)
    if (found instanceof Error) continue
    expect(stateOf(found.state), `cut at ${cut}`).toBe((kept ?? before)?.state)
    expect(found.log.tail.droppedBytes).toBe(cut - (kept?.end ?? segmentHeaderBytes))
  }
})

test('any other file cut at any byte is refused', async () => {
  const { directory } = await leaveState()
  const last = lastSegment(directory)
  for (const file of filesIn(directory)) {
    const whole = readFileSync(join(directory, file))
    const to = file === last ? segmentHeaderBytes : whole.length
    for (let cut = 0; cut < to; cut++) {
      const found = await recoverWith(directory, file, whole.subarray(0, cut))
      expect(isTyped(found), `${file} cut at ${cut}`).toBe(true)
    }
  }
})

test('a flipped bit anywhere is an error that names the file, or is in the last record and read as a torn tail', async () => {
  const { directory, boundaries } = await leaveState()
  const last = lastSegment(directory)
  const [beforeLast] = boundaries.slice(-2)
  for (const file of filesIn(directory)) {
    const whole = readFileSync(join(directory, file))
    for (let at = 0; at < whole.length; at++) {
      const changed = Buffer.from(whole)
      changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8))
      const found = await recoverWith(directory, file, changed)
      if (file === last && at >= (beforeLast?.end ?? 0)) {
        expect(found, `${file} at ${at}`).not.toBeInstanceOf(Error)
        if (found instanceof Error) continue
        expect(stateOf(found.state)).toBe(beforeLast?.state)
        expect(found.log.tail.droppedBytes).toBe(whole.length - (beforeLast?.end ?? 0))
      } else {
        expect(isTyped(found), `${file} at ${at}`).toBe(true)
        if (found instanceof CorruptionError) expect(found.file).toBe(file)
      }
    }
  }
})

test('damage in a record that a later one proves is told with segment and offset', async () => {
  const { directory, boundaries } = await leaveState()
  const segment = lastSegment(directory)
  const inLast = boundaries.filter((boundary) => boundary.segment === segment)
  const changed = readFileSync(join(directory, segment))
  changed[segmentHeaderBytes + 20] = 0xff
  const found = await recoverWith(directory, segment, changed)
  expect(inLast.length).toBeGreaterThan(1)
  expect(found).toMatchObject({ code: 'HOLDFAST_CORRUPTION', file: segment, offset: segmentHeaderBytes })
})

test('a record that was moved, or is another segment’s, is none', async () => {
  const { directory } = await leaveState()
  const [first = '', second = ''] = filesIn(directory).filter((name) => name.startsWith('wal'))
  const [one, other] = [first, second].map((name) => readFileSync(join(directory, name))) as [Buffer, Buffer]
  const moved = Buffer.concat([one, one.subarray(segmentHeaderBytes)])
  expect(await recoverWith(directory, first, moved)).toBeInstanceOf(CorruptionError)
  const foreign = Buffer.concat([one.subarray(0, segmentHeaderBytes), other.subarray(segmentHeaderBytes)])
  expect(await recoverWith(directory, first, foreign)).toBeInstanceOf(CorruptionError)
  expect(await recoverWith(directory, first, other)).toBeInstanceOf(CorruptionError)
})

test('a segment of another state machine is refused', async () => {
  const [here, there] = [await leaveState(), await leaveState()]
  const segment = lastSegment(here.directory)
  const found = await recoverWith(here.directory, segment, readFileSync(join(there.directory, segment)))
  expect(found).toMatchObject({ code: 'HOLDFAST_CORRUPTION', file: segment })
})

test('a value that holds records does not make a torn tail look like damage', async () => {
  const directory = fastDirectory()
  const { medium } = await openMedium(directory)
  applyCommands(medium, [put('a', '1')])
  const before = stateOf(medium)
  const records = readFileSync(join(directory, lastSegment(directory))).subarray(segmentHeaderBytes)
  applyCommands(medium, [{ kind: 'put', key: bytes('evil'), value: Buffer.concat(Array(50).fill(records)) }])
  medium.abandon()
  const segment = lastSegment(directory)
  const whole = readFileSync(join(directory, segment))
  const found = await recoverWith(directory, segment, whole.subarray(0, -8))
  expect(found instanceof Error ? found : stateOf(found.state)).toBe(before)
})

/** What a loss of power leaves of bytes that were not synced: each sector is there or not, and the end may be anywhere. */
function powerLoss(
  whole: Uint8Array,
  durable: number,
  {
    sectorBytes,
    lost,
    cut,
  }: { readonly sectorBytes: number; readonly lost: readonly boolean[]; readonly cut: number },
): Uint8Array {
  const image = new Uint8Array(whole)
  for (let at = durable, sector = 0; at < whole.length; at += sectorBytes, sector++) {
    if (lost[sector] === true) image.fill(0, at, Math.min(at + sectorBytes, whole.length))
  }
  return image.subarray(0, Math.max(durable, whole.length - (cut % (whole.length - durable + 1))))
}

test('under `never`, a loss of power takes no chunk that was synced, and leaves whole chunks', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ size: fc.nat(60), syncs: fc.boolean() }), { minLength: 1, maxLength: 12 }),
      fc.record({
        sectorBytes: fc.constantFrom(16, 64, 256),
        lost: fc.array(fc.boolean(), { maxLength: 40 }),
        cut: fc.oneof(fc.constant(0), fc.nat()),
      }),
      fc.integer({ min: 200, max: 2000 }),
      async (chunks, loss, segmentBytes) => {
        const directory = fastDirectory()
        const { medium } = await openMedium(directory, { sync: 'never', segmentBytes })
        const states = [stateOf(medium)]
        let [durable, durableEnd] = [0, segmentHeaderBytes]
        let segment = lastSegment(directory)
        chunks.forEach(({ size, syncs }, at) => {
          applyCommands(medium, [put(`key ${at}`, 'v'.repeat(size))])
          states.push(stateOf(medium))
          // A segment is synced before the next one begins.
          if (segment !== lastSegment(directory)) [durable, durableEnd] = [at, segmentHeaderBytes]
          segment = lastSegment(directory)
          if (!syncs) return
          medium.sync()
          ;[durable, durableEnd] = [at + 1, readFileSync(join(directory, segment)).length]
        })
        medium.abandon()
        const whole = readFileSync(join(directory, segment))
        const found = await recoverWith(directory, segment, powerLoss(whole, durableEnd, loss))
        if (found instanceof Error) throw found
        const kept = states.indexOf(stateOf(found.state))
        expect(kept).toBeGreaterThanOrEqual(durable)
      },
    ),
    propertyParameters(150),
  )
})

test('under `never`, damage below what was synced is told from a torn tail', async () => {
  const directory = fastDirectory()
  const { medium } = await openMedium(directory, { sync: 'never' })
  for (const key of ['a', 'b', 'c']) applyCommands(medium, [put(key, 'v')])
  medium.sync()
  const durable = readFileSync(join(directory, lastSegment(directory))).length
  applyCommands(medium, [put('d', 'v')])
  medium.abandon()
  const segment = lastSegment(directory)
  const whole = readFileSync(join(directory, segment))
  for (let at = segmentHeaderBytes; at < durable; at++) {
    const changed = Buffer.from(whole)
    changed[at] = (changed[at] ?? 0) ^ 0x10
    expect(await recoverWith(directory, segment, changed), `at ${at}`).toBeInstanceOf(CorruptionError)
  }
})

test('reading what is there changes nothing, whatever is wrong with it', async () => {
  const { directory } = await leaveState()
  mkdirSync(join(directory, 'snapshots'))
  const all = (): string[] => readdirSync(directory).filter((name) => name !== 'snapshots')
  const before = all().map((name) => [name, readFileSync(join(directory, name)).toString('hex')])
  const segment = lastSegment(directory)
  const whole = readFileSync(join(directory, segment))
  await recoverWith(directory, segment, whole.subarray(0, -1))
  await recoverWith(directory, 'CURRENT', new Uint8Array(9))
  expect(all().map((name) => [name, readFileSync(join(directory, name)).toString('hex')])).toEqual(before)
})
