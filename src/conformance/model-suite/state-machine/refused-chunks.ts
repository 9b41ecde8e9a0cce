/** Chunks that are no piece of a log, or that have an entry that is none. Pure. */
import { put } from '../../state-machine/entries.ts'
import type { ModelEntry } from '../../state-machine/model.ts'

interface Place {
  readonly index: number
  readonly term: number
}

interface Defect {
  /** Fits after "which has". */
  readonly text: string
  readonly error: 'ChunkRejectedError' | 'InvalidArgumentError'
  /** After what is applied. Where something can be right before the defect, it is. */
  readonly entries: (place: Place) => readonly ModelEntry[]
}

const ordered = 'ChunkRejectedError'

export const chunkDefectNames = [
  'gapInside',
  'gapBefore',
  'twice',
  'turnedAround',
  'termGoesDown',
  'timeIsNone',
] as const

export type ChunkDefect = (typeof chunkDefectNames)[number]

export const chunkDefects: Readonly<Record<ChunkDefect, Defect>> = {
  gapInside: {
    text: 'a gap inside',
    error: ordered,
    entries: ({ index, term }) => [entry(index + 1, term), entry(index + 3, term)],
  },
  gapBefore: {
    text: 'a gap before it',
    error: ordered,
    entries: ({ index, term }) => [entry(index + 2, term)],
  },
  twice: {
    text: 'an entry twice',
    error: ordered,
    entries: ({ index, term }) => [entry(index + 1, term), entry(index + 1, term)],
  },
  turnedAround: {
    text: 'its entries turned around',
    error: ordered,
    entries: ({ index, term }) => [entry(index + 2, term), entry(index + 1, term)],
  },
  termGoesDown: {
    text: 'a term that goes down inside',
    error: ordered,
    entries: ({ index, term }) => [entry(index + 1, term + 2), entry(index + 2, term + 1)],
  },
  timeIsNone: {
    text: 'a time that is no integer',
    error: 'InvalidArgumentError',
    entries: ({ index, term }) => [entry(index + 1, term), { ...entry(index + 2, term), time: 0.5 }],
  },
}

function entry(index: number, term: number): ModelEntry {
  return { index, term: Math.max(term, 1), command: put('a', 'refused') }
}
