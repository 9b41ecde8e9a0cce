/** What one damage did, as data: what a report shows in words, and as a picture. Pure. */
import type { Image } from '../power-loss/disk/image.ts'
import type { FailureStory, StoryDamage } from '../report/story.ts'
import { type Damage, describeDamage } from './damage.ts'
import type { RotVerdict } from './judge-rot.ts'
import { pageKindOf } from './page-kind.ts'
import type { RotOutcome } from './rot-report.ts'

/** What the store did, in words that fit after "the store". */
const deeds: Readonly<Record<RotOutcome, string>> = {
  intact: 'read and used everything as if nothing had happened',
  refused: 'refused, by an error of its own',
  audited: 'read what was right, and its audit told of the damage',
  wrong: 'came back with other data than was written, and no error said so',
  untyped: 'threw an error that is none of its own',
  ended: 'ended its process, or hung',
}

/** The rule that each of them breaks. */
const rules: Readonly<Partial<Record<RotOutcome, string>>> = {
  wrong: 'Damage ends in the right data or in an error, never in other data',
  untyped:
    'Damage ends in the right data or in an error of its own kind, which whoever calls can tell from a defect',
  ended: 'Damage ends in the right data or in an error, never in the end of the process, and never in a loop',
}

export function storyOfRot(image: Image, damage: Damage, verdict: RotVerdict): FailureStory {
  const { outcome, text, found = [] } = verdict
  const rule = rules[outcome]
  return {
    operations: [
      { text: 'a store is written, read and closed', ending: 'durable' },
      { text: describeDamage(damage), ending: 'crashed', note: 'while it is closed' },
      {
        text: 'it is opened, read, written to, closed, and opened again',
        ending: 'read',
        note: deeds[outcome],
      },
    ],
    damage: damageOf(image, damage, deeds[outcome]),
    recovered: found,
    rules: [{ rule: outcome, text: rule === undefined ? text : `${rule}: ${text}` }],
  }
}

/** How many bytes are shown around the damage. */
const bytesShown = 16

function damageOf({ parts }: Image, damage: Damage, did: string): StoryDamage {
  const bytes = parts.find(({ path }) => path === damage.path)?.bytes ?? new Uint8Array()
  const at = damage.kind === 'flip' ? damage.offset : damage.bytes
  // Of a cut, what is left at its end and what was to come.
  const from = Math.max(0, Math.min(at - bytesShown / 2, bytes.length - bytesShown))
  return {
    ...{ path: damage.path, fileBytes: bytes.length, at },
    ...(damage.kind === 'flip' && { bit: damage.bit }),
    page: pageKindOf(damage.path, bytes, Math.min(at, Math.max(0, bytes.length - 1))),
    bytes: { from, values: [...bytes.subarray(from, from + bytesShown)] },
    did,
  }
}

/** One line an item. */
export function describeRotStory({ damage, rules: broken, recovered }: FailureStory): string[] {
  return [
    ...broken.map(({ rule, text }) => `  ${rule}: ${text}`),
    ...(damage === undefined ? [] : describeStoryDamage(damage)),
    ...(recovered.length === 0 ? [] : ['  what came back:', ...recovered.map((line) => `    ${line}`)]),
  ]
}

function describeStoryDamage({ path, fileBytes, at, bit, page, bytes, did }: StoryDamage): string[] {
  const value = bytes.values[at - bytes.from] ?? 0
  const what =
    bit === undefined
      ? `cut to ${at} of ${fileBytes} bytes`
      : `bit ${bit} of byte ${at} of ${fileBytes}: ${hex(value)} became ${hex(value ^ (1 << bit))}`
  return [`  the file: ${path}, ${what}`, `  the place: ${page}`, `  the store ${did}`]
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(2, '0')}`
}
