/**
 * The picture of damage to a file, as SVG: the whole file with the place in it, the bytes around that place before and after, and what the
 * store did. Every sign has its word beside it.
 */
import type { StoryDamage } from '../../story.ts'
import { escapeAttribute, escapeText } from '../escape.ts'

const width = 1000
const height = 236
const left = 30
const right = width - 30
const stripTop = 56
const stripHeight = 26
const cellWidth = 54
const bytesTop = 134
/** A file of more pages shows none of its borders. */
const pagesDrawnMax = 64
const pageBytes = 4096

/** `id` is unique on the page. */
export function damagePicture(damage: StoryDamage, id: string): string {
  const name = escapeAttribute(id)
  return [
    `<svg viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="${name}-title ${name}-text" xmlns="http://www.w3.org/2000/svg">`,
    `<title id="${name}-title">The damage to ${escapeText(damage.path)}</title>`,
    `<desc id="${name}-text">${escapeText(sentenceOf(damage))}</desc>`,
    ...strip(damage),
    ...bytesAround(damage),
    `<text x="${left}" y="${height - 14}"><tspan class="quiet">the store </tspan><tspan class="bold">${escapeText(damage.did)}</tspan></text>`,
    '</svg>',
  ].join('\n')
}

/** The picture in one sentence, for who does not see it. */
function sentenceOf(damage: StoryDamage): string {
  return `${damage.path}, ${damage.fileBytes} bytes, ${whatOf(damage)}, in ${damage.page}; the store ${damage.did}.`
}

function whatOf({ at, bit }: StoryDamage): string {
  return bit === undefined ? `cut to ${at} bytes` : `bit ${bit} of byte ${at} flipped`
}

/** The file from its first byte to its last. */
function strip(damage: StoryDamage): string[] {
  const { path, fileBytes, at, bit, page } = damage
  const x = place(at, fileBytes)
  const lost = bit === undefined ? Math.max(0, right - x) : 0
  const labelX = Math.min(Math.max(x, left + 150), right - 150)
  return [
    `<text x="${left}" y="20"><tspan class="bold">${escapeText(path)}</tspan><tspan class="quiet">, ${fileBytes} bytes: ${escapeText(page)}</tspan></text>`,
    `<rect class="row" x="${left}" y="${stripTop}" width="${right - left}" height="${stripHeight}"/>`,
    ...pageBorders(fileBytes),
    ...(lost === 0
      ? []
      : [
          `<path class="crash" stroke-dasharray="5 4" d="M${x} ${stripTop}h${lost}v${stripHeight}h-${lost}z"/>`,
          ...(lost < 80
            ? []
            : [
                `<text class="quiet" x="${x + lost / 2}" y="${stripTop + 17}" text-anchor="middle">cut off</text>`,
              ]),
        ]),
    `<path class="crash" d="M${x} ${stripTop - 8}V${stripTop + stripHeight + 8}"/>`,
    `<text class="crash" x="${labelX}" y="${stripTop - 13}" text-anchor="middle">${escapeText(whatOf(damage))}</text>`,
  ]
}

function place(at: number, fileBytes: number): number {
  return Math.round(left + ((right - left) * at) / Math.max(1, fileBytes))
}

function pageBorders(fileBytes: number): string[] {
  const count = Math.ceil(fileBytes / pageBytes)
  if (count > pagesDrawnMax) return []
  return Array.from({ length: Math.max(0, count - 1) }, (_, at) => {
    const x = place((at + 1) * pageBytes, fileBytes)
    return `<line class="lane" x1="${x}" y1="${stripTop}" x2="${x}" y2="${stripTop + stripHeight}"/>`
  })
}

/** The bytes around the damage, and under each that changed what it became. */
function bytesAround({ at, bit, bytes: { from, values } }: StoryDamage): string[] {
  const cells = values.flatMap((value, position) => {
    const offset = from + position
    const x = left + 60 + position * cellWidth
    const isLost = bit === undefined && offset >= at
    const isHit = bit !== undefined && offset === at
    const tone = isLost ? 'quiet' : isHit ? 'bold' : ''
    return [
      `<text class="quiet" x="${x}" y="${bytesTop - 18}" text-anchor="middle">${offset}</text>`,
      `<text class="${tone}" x="${x}" y="${bytesTop + 4}" text-anchor="middle">${hex(value)}</text>`,
      ...(isHit ? hitOf(x, value, bit) : []),
      ...(isLost
        ? [`<text class="crash" x="${x}" y="${bytesTop + 32}" text-anchor="middle">\u2717</text>`]
        : []),
    ]
  })
  return [
    `<text class="quiet" x="${left}" y="${bytesTop - 18}">byte</text>`,
    `<text class="quiet" x="${left}" y="${bytesTop + 4}">was</text>`,
    `<text class="quiet" x="${left}" y="${bytesTop + 32}">is</text>`,
    ...cells,
  ]
}

function hitOf(x: number, value: number, bit: number): string[] {
  const after = value ^ (1 << bit)
  const anchor = x > width / 2 ? 'end' : 'start'
  return [
    `<rect class="crash" x="${x - 20}" y="${bytesTop - 12}" width="40" height="52" rx="4"/>`,
    `<text class="crash" x="${x}" y="${bytesTop + 32}" text-anchor="middle">${hex(after)}</text>`,
    `<text class="quiet" x="${x}" y="${bytesTop + 60}" text-anchor="${anchor}">${binary(value)} became ${binary(after)}</text>`,
  ]
}

function hex(value: number): string {
  return value.toString(16).padStart(2, '0')
}

function binary(value: number): string {
  return value.toString(2).padStart(8, '0')
}
