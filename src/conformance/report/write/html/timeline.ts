/**
 * The picture of one failing history, as SVG: calls from top to bottom, what they wrote on its way through memory to the medium,
 * where the crash came, and what was there afterwards. Every sign has its word beside it.
 */
import type { FailureStory, StoryEnding, StoryOperation } from '../../story.ts'
import { escapeAttribute, escapeText } from '../escape.ts'

const rowHeight = 26
const top = 44
const width = 1000
/** Where the lanes are, from left to right. */
const lanes = {
  number: 30,
  caller: 56,
  memory: 150,
  medium: 244,
  call: 284,
  ending: 772,
  survived: 892,
} as const
const callCharactersMax = 66

const endings: Readonly<Record<StoryEnding, string>> = {
  durable: 'acked, durable',
  deferred: 'acked, deferred',
  read: 'read',
  refused: 'refused',
  'in-flight': 'in flight',
  crashed: 'opened again',
}

/** `id` is unique on the page. */
export function timelineOf(story: FailureStory, id: string): string {
  const rows = rowsOf(story)
  const height = top + rows.length * rowHeight + 14
  const label = `${escapeAttribute(id)}-title ${escapeAttribute(id)}-text`
  return [
    `<svg viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="${label}" xmlns="http://www.w3.org/2000/svg">`,
    `<title id="${escapeAttribute(id)}-title">Timeline of the failing history</title>`,
    `<desc id="${escapeAttribute(id)}-text">${escapeText(summaryOf(story))}</desc>`,
    ...headLines(height),
    ...rows,
    '</svg>',
  ].join('\n')
}

/** The picture in one sentence, for who does not see it. */
function summaryOf({ operations, crash, rules }: FailureStory): string {
  const durable = operations.filter(({ ending }) => ending === 'durable').length
  const crashed = crash === undefined ? 'The process lived on' : `After call ${crash.after}: ${crash.text}`
  const broken = rules.map(({ rule }) => rule).join(', ')
  return `${operations.length} calls, of which ${durable} were acked as durable. ${crashed}. Broken: ${broken}.`
}

function headLines(height: number): string[] {
  const heads = [
    ['caller', lanes.caller],
    ['memory', lanes.memory],
    ['medium', lanes.medium],
  ] as const
  const lines = heads.flatMap(([name, x]) => [
    `<text class="quiet" x="${x}" y="18" text-anchor="middle">${name}</text>`,
    `<line class="lane" x1="${x}" y1="26" x2="${x}" y2="${height - 6}"/>`,
  ])
  return [
    ...lines,
    `<text class="quiet" x="${lanes.call}" y="18">call</text>`,
    `<text class="quiet" x="${lanes.ending}" y="18">how it ended</text>`,
    `<text class="quiet" x="${lanes.survived}" y="18">afterwards</text>`,
  ]
}

function rowsOf({ operations, crash, earlier }: FailureStory): string[] {
  const rows: string[] = []
  const add = (draw: (y: number) => string): void => {
    rows.push(draw(top + rows.length * rowHeight))
  }
  if (earlier !== undefined && earlier > 0) add((y) => plainRow(y, `... ${earlier} earlier calls`))
  for (const [position, operation] of operations.entries()) {
    const number = (earlier ?? 0) + position + 1
    add((y) => operationRow(y, operation, number))
    if (crash?.after === position + 1) add((y) => crashRow(y, crash.text))
  }
  if (crash?.after === 0) add((y) => crashRow(y, crash.text))
  return rows
}

function plainRow(y: number, text: string): string {
  return `<text class="quiet" x="${lanes.call}" y="${y + 4}">${escapeText(text)}</text>`
}

function operationRow(y: number, operation: StoryOperation, number: number): string {
  const { text, ending, note, survived } = operation
  const full = note === undefined ? text : `${text}: ${note}`
  const afterwards = survived === undefined ? '' : survived ? '\u2713 there' : '\u2717 not there'
  return [
    `<g>`,
    `<title>${escapeText(`${number}. ${full}`)}</title>`,
    `<text class="quiet" x="${lanes.number}" y="${y + 4}" text-anchor="end">${number}</text>`,
    arrowOf(y, operation),
    `<circle class="${ending}${ending === 'durable' || ending === 'deferred' ? '' : ' hollow'}" cx="${lanes.caller}" cy="${y}" r="5"/>`,
    `<text x="${lanes.call}" y="${y + 4}">${escapeText(shorten(text))}</text>`,
    `<text class="${ending}" x="${lanes.ending}" y="${y + 4}">${endings[ending]}</text>`,
    `<text class="bold" x="${lanes.survived}" y="${y + 4}">${afterwards}</text>`,
    '</g>',
  ].join('')
}

/** From the caller to where the write got: memory when it was deferred, the medium when it was durable. */
function arrowOf(y: number, { ending, syncs = ending === 'durable' ? 1 : 0 }: StoryOperation): string {
  if (ending === 'read' || ending === 'refused' || ending === 'crashed') return ''
  const to = ending === 'deferred' ? lanes.memory : lanes.medium
  const tip = ending === 'in-flight' ? to - 40 : to - 6
  const dashed = ending === 'durable' ? '' : ' dashed'
  const head = `M${tip - 7} ${y - 4}L${tip} ${y}L${tip - 7} ${y + 4}`
  const end = ending === 'in-flight' ? `<text class="in-flight" x="${tip + 8}" y="${y + 4}">?</text>` : ''
  const marks = Array.from({ length: Math.min(syncs, 3) }, (_, at) => {
    const x = lanes.medium - 5 + at * 6
    return `<rect class="durable" x="${x}" y="${y - 7}" width="4" height="14"/>`
  })
  return `<path class="arrow ${ending}${dashed}" d="M${lanes.caller + 6} ${y}H${tip}${head}"/>${end}${marks.join('')}`
}

function crashRow(y: number, text: string): string {
  const teeth = Array.from({ length: 20 }, (_, at) => `l6 ${at % 2 === 0 ? -8 : 8}`).join('')
  return [
    `<g><title>${escapeText(text)}</title>`,
    `<path class="crash" d="M16 ${y + 4}${teeth}H${lanes.call - 10}"/>`,
    `<text class="crash" x="${lanes.call}" y="${y + 4}">CRASH: ${escapeText(shorten(text))}</text></g>`,
  ].join('')
}

function shorten(text: string): string {
  return text.length <= callCharactersMax ? text : `${text.slice(0, callCharactersMax - 3)}...`
}
