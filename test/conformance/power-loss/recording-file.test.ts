import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  addImage,
  RecordingFile,
  type RecordingHead,
  readRecording,
} from '../../../src/conformance/power-loss/recording-file.ts'
import { temporaryDirectory } from '../../temporary-directory.ts'
import { copy, create, sync, write } from './disks.ts'

const head: RecordingHead = { adapter: 'a store', model: 'posix', seed: 7, workload: 2, directory: 'log' }
const events = [create(1, 'a'), write(1, 3, 'bytes \0 and more'), copy(1, 2, 4), sync(1, 5), sync(undefined)]

function recording(): string {
  const path = join(temporaryDirectory(), 'recording.jsonl')
  const file = new RecordingFile(path, head)
  for (const event of events) file.add(event)
  file.close()
  return path
}

test('a recording is read as it was written, and has no image at first', async () => {
  const { head: read, events: readEvents, image } = await readRecording(recording())
  expect(read).toMatchObject(head)
  expect(readEvents).toEqual(events)
  expect(image).toBe(undefined)
})

test('an image is added, with the sectors of what was torn', async () => {
  const path = recording()
  const image = {
    moment: 3,
    lines: 9,
    survivors: new Map<number, 'whole' | Set<number>>([
      [1, 'whole'],
      [4, new Set([0, 2])],
    ]),
  }
  addImage(path, image)
  expect((await readRecording(path)).image).toEqual(image)
})

test.each([
  ['an empty file', ''],
  ['a file of another kind', '{"format":"other"}\n'],
  ['text', 'hello\n'],
  ['a newer version', '{"format":"holdfast power-loss recording","version":2}\n'],
  ['an unknown model', '{"format":"holdfast power-loss recording","version":1,"model":"raid"}\n'],
])('readRecording() refuses %s', async (_, text) => {
  const path = join(temporaryDirectory(), 'recording.jsonl')
  writeFileSync(path, text)
  await expect(readRecording(path)).rejects.toMatchObject({ code: 'HOLDFAST_INVALID_ARGUMENT' })
})

test('readRecording() refuses a line that is cut short', async () => {
  const path = recording()
  appendFileSync(path, '{"kind":"image","mom')
  await expect(readRecording(path)).rejects.toMatchObject({ code: 'HOLDFAST_INVALID_ARGUMENT' })
})

test('readRecording() refuses a file that is not there', async () => {
  const path = join(temporaryDirectory(), 'recording.jsonl')
  await expect(readRecording(path)).rejects.toMatchObject({ code: 'HOLDFAST_INVALID_ARGUMENT' })
})
