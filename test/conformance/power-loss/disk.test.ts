import { expect, test } from 'vitest'
import {
  copy,
  create,
  dataSync,
  diskAfter,
  failedSync,
  imagesAfter,
  makeDirectory,
  rename,
  resize,
  root,
  show,
  sync,
  torn,
  unlink,
  write,
} from './disks.ts'

const stored = [create(1, 'a'), write(1, 0, 'old'), sync(1), sync(root)]

test('what was synced is in every image', () => {
  expect(imagesAfter(stored)).toEqual(['a: old'])
})

test('a name is durable only after its directory is synced', () => {
  expect(imagesAfter([create(1, 'a'), write(1, 0, 'x'), sync(1)])).toEqual(['', 'a: x'])
})

test('a file whose name is durable is empty until its bytes are synced', () => {
  expect(imagesAfter([create(1, 'a'), sync(root)])).toEqual(['a: '])
})

test('posix: bytes and size of a write are lost one without the other', () => {
  expect(imagesAfter([create(1, 'a'), sync(root), write(1, 0, 'xy')])).toEqual(['a: ', 'a: ..', 'a: xy'])
})

test('posix: any subset of the writes may be there, the later on top', () => {
  const images = imagesAfter([...stored, write(1, 0, 'A'), write(1, 1, 'B'), write(1, 0, 'C')])
  expect(images).toEqual(['a: ABd', 'a: Ald', 'a: CBd', 'a: Cld', 'a: oBd', 'a: old'])
})

test('a torn write leaves those of its sectors that reached the disk', () => {
  const disk = diskAfter([create(1, 'a'), sync(root), write(1, 510, 'xx'.repeat(257))])
  const [image = ''] = show(disk, torn(disk, [0, 2]))
  expect(image).toBe(`a: ${'.'.repeat(510)}xx${'.'.repeat(512)}`)
})

test('what a failed sync was to make durable, no later one does', () => {
  const images = imagesAfter([...stored, write(1, 3, 'er'), failedSync(1), sync(1)])
  expect(images).toEqual(['a: old', 'a: old..', 'a: older'])
})

test('what is written anew after a failed sync, and synced, is durable with its size', () => {
  const images = imagesAfter([...stored, write(1, 3, 'er'), failedSync(1), write(1, 3, 'er'), sync(1)])
  expect(images).toEqual(['a: older'])
})

test('a size that a failed sync left in doubt may be there beyond what was written anew', () => {
  const images = imagesAfter([...stored, write(1, 3, 'erxx'), failedSync(1), write(1, 3, 'er'), sync(1)])
  expect(images).toEqual(['a: older', 'a: older..', 'a: olderxx'])
})

test('a write through O_DSYNC is durable when it returned, and others of the file are not', () => {
  expect(imagesAfter([...stored, write(1, 0, 'A'), write(1, 1, 'B', true)])).toEqual(['a: ABd', 'a: oBd'])
})

test('an older write that comes late does not cover a newer one that was synced', () => {
  expect(imagesAfter([...stored, write(1, 0, 'A'), write(1, 0, 'B', true)])).toEqual(['a: Bld'])
})

test('a write through O_DSYNC is pending while it runs', () => {
  const disk = diskAfter(stored)
  const moments = [...disk.take(write(1, 0, 'A', true))].length
  expect({ moments, pending: disk.pending() }).toEqual({ moments: 2, pending: [] })
  const [firstMoment] = disk.take(write(1, 0, 'B', true))
  expect({ firstMoment, pending: disk.pending().length }).toEqual({ firstMoment: undefined, pending: 1 })
})

test('a sync does not cover what was written after it began', () => {
  const events = [...stored, write(1, 0, 'A'), write(1, 1, 'B'), sync(1, stored.length + 1)]
  expect(imagesAfter(events)).toEqual(['a: ABd', 'a: Ald'])
})

test('a sync of another file covers nothing', () => {
  const events = [...stored, create(2, 'b'), sync(root), write(1, 0, 'A'), sync(2)]
  expect(imagesAfter(events)).toEqual(['a: Ald b: ', 'a: old b: '])
})

test('sync() covers everything', () => {
  expect(imagesAfter([create(1, 'a'), write(1, 0, 'x'), sync(undefined)])).toEqual(['a: x'])
})

test('what was cut off does not come back when the file grows again', () => {
  expect(imagesAfter([...stored, resize(1, 1), resize(1, 3), sync(1)])).toEqual(['a: o..'])
  expect(imagesAfter([...stored, resize(1, 1), resize(1, 3)])).toEqual(['a: o', 'a: o..', 'a: old'])
})

test('a copy within the kernel is a write of what its source holds, durable there or not', () => {
  const events = [...stored, create(2, 'b'), sync(root), write(1, 0, 'A'), copy(1, 2, 2)]
  expect(imagesAfter([...events, sync(2)])).toEqual(['a: Ald b: Al', 'a: old b: Al'])
  expect(imagesAfter([...events, sync(1)])).toEqual(['a: Ald b: ', 'a: Ald b: ..', 'a: Ald b: Al'])
})

test('what is written to the source of a copy afterwards is not in it', () => {
  const events = [...stored, create(2, 'b'), copy(1, 2, 3), write(1, 0, 'A'), sync(undefined)]
  expect(imagesAfter(events)).toEqual(['a: Ald b: old'])
})

test('a copy through O_DSYNC is durable when it returned', () => {
  expect(imagesAfter([...stored, create(2, 'b'), sync(root), copy(1, 2, 3, true)])).toEqual(['a: old b: old'])
})

const replaced = [...stored, create(2, 'n'), write(2, 0, 'new'), sync(2), rename(2, 'n', 'a')]

test('posix: a name that is taken over is the old file or the new one, never nothing', () => {
  expect(imagesAfter(replaced)).toEqual(['a: new', 'a: new n: new', 'a: old', 'a: old n: new'])
})

test('posix: a directory is reached by its name only', () => {
  const events = [makeDirectory(1, 'd'), create(2, 'x', 1), write(2, 0, 'x'), sync(2), sync(1)]
  expect(imagesAfter(events)).toEqual(['', 'd/ d/x: x'])
})

test('posix: a removed file may come back until its directory is synced', () => {
  expect(imagesAfter([...stored, unlink('a')])).toEqual(['', 'a: old'])
  expect(imagesAfter([...stored, unlink('a'), sync(root)])).toEqual([''])
})

test('journaled: names change in their order', () => {
  const events = [create(1, 'a'), create(2, 'b'), create(3, 'c')]
  expect(imagesAfter(events, 'journaled')).toEqual(['', 'a: ', 'a:  b: ', 'a:  b:  c: '])
})

test('journaled: a rename is whole', () => {
  expect(imagesAfter(replaced, 'journaled')).toEqual(['a: new', 'a: old n: new'])
})

test('journaled: a rename that replaces comes after the bytes of the file', () => {
  const events = [...stored, create(2, 'n'), write(2, 0, 'new'), rename(2, 'n', 'a')]
  expect(imagesAfter(events, 'journaled')).toEqual(['a: new', 'a: old', 'a: old n: ', 'a: old n: new'])
})

test('journaled: a file grows in order and never shows what its blocks held before', () => {
  const events = [create(1, 'a'), sync(root), write(1, 0, 'x'), write(1, 1, 'y')]
  expect(imagesAfter(events, 'journaled')).toEqual(['a: ', 'a: x', 'a: xy'])
})

test('journaled: bytes that are overwritten are in any order', () => {
  const events = [...stored, write(1, 0, 'A'), write(1, 1, 'B')]
  expect(imagesAfter(events, 'journaled')).toEqual(['a: ABd', 'a: Ald', 'a: oBd', 'a: old'])
})

test('journaled: a file that was synced has its name too, and all that came before it', () => {
  const events = [create(1, 'a'), create(2, 'b'), write(2, 0, 'x'), dataSync(2)]
  expect(imagesAfter(events, 'journaled')).toEqual(['a:  b: x'])
  expect(imagesAfter(events, 'posix')).toEqual(['', 'a: ', 'a:  b: x', 'b: x'])
})

test('journaled: syncing the bytes of a file does not sync its new name, and syncing all of it does', () => {
  const renamed = [...stored, rename(1, 'a', 'b', false), write(1, 0, 'A')]
  expect(imagesAfter([...renamed, dataSync(1)], 'journaled')).toEqual(['a: Ald', 'b: Ald'])
  expect(imagesAfter([...renamed, sync(1)], 'journaled')).toEqual(['b: Ald'])
})

test('journaled: a write through O_DSYNC that makes the file longer commits all names before it', () => {
  expect(imagesAfter([...stored, create(2, 'b'), write(1, 3, 'er', true)], 'journaled')).toEqual([
    'a: older b: ',
  ])
  expect(imagesAfter([...stored, create(2, 'b'), write(1, 0, 'A', true)], 'journaled')).toEqual([
    'a: Ald',
    'a: Ald b: ',
  ])
})
