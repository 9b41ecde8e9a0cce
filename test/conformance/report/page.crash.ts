/** The page of a report in a real browser. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { toHtml } from '../../../src/conformance/report/index.ts'
import { Chromium, chromiumPath } from './chromium.ts'
import { fullReport } from './full-report.ts'

const isRequired = process.env['HOLDFAST_REQUIRE_CHROMIUM'] === '1'

test('a Chromium is there for the page', ({ skip }) => {
  if (chromiumPath !== undefined) return
  if (isRequired) throw new Error('HOLDFAST_REQUIRE_CHROMIUM is 1, and there is no Chromium: install it')
  skip('no Chromium is installed')
})

describe.skipIf(chromiumPath === undefined)('the page of a report, in Chromium', () => {
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-page-'))
  const file = join(directory, 'report.html')
  let chromium: Chromium

  beforeAll(async () => {
    writeFileSync(file, toHtml(fullReport()))
    chromium = await Chromium.start(join(directory, 'profile'))
  }, 60_000)

  afterAll(async () => {
    await chromium.stop()
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 })
  })

  async function open(theme: 'light' | 'dark', width = 1200, media = 'screen'): Promise<void> {
    await chromium.call('Emulation.setDeviceMetricsOverride', {
      width,
      height: 900,
      deviceScaleFactor: 1,
      mobile: false,
    })
    await chromium.call('Emulation.setEmulatedMedia', {
      media,
      features: [{ name: 'prefers-color-scheme', value: theme }],
    })
    await chromium.open(pathToFileURL(file).href)
  }

  test('loads nothing but itself, and has nothing to complain of', async () => {
    chromium.requests.length = 0
    await open('light')
    expect(chromium.requests).toEqual([pathToFileURL(file).href])
    expect(chromium.complaints).toEqual([])
  })

  test('runs nothing that a store put into it', async () => {
    await open('light')
    expect(await chromium.evaluate('document.title')).toBe('a <store>: broke')
    expect(await chromium.evaluate('document.querySelectorAll("img, script").length')).toBe(0)
  })

  test('draws every part of a story inside of the picture', async () => {
    await open('light')
    const outside = await chromium.evaluate<
      string[]
    >(`[...document.querySelectorAll('svg')].flatMap((svg) => {
      const frame = svg.getBoundingClientRect()
      return [...svg.querySelectorAll('text, path, circle, rect')].filter((part) => {
        const box = part.getBoundingClientRect()
        return box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1 || box.bottom > frame.bottom + 1
      }).map((part) => part.outerHTML)
    })`)
    expect(outside).toEqual([])
    expect(await chromium.evaluate('document.querySelectorAll("svg circle").length')).toBe(8)
  })

  test('tells what was not synced when the power went, and what of it survived', async () => {
    await open('light')
    expect(
      await chromium.evaluate(`[...document.querySelectorAll('ul.calls li')].map((one) => one.innerText)`),
    ).toEqual([
      '\u2713 survived: write log/data.mdb, 4096 bytes at 8192',
      '\u2717 lost: rename log/CURRENT.new to log/CURRENT',
    ])
  })

  test('has no two words of a picture on top of each other', async () => {
    await open('light')
    const overlaps = await chromium.evaluate<
      string[]
    >(`[...document.querySelectorAll('svg')].flatMap((svg) => {
      const boxes = [...svg.querySelectorAll('text')].filter((one) => one.textContent !== '').map((one) => [one.textContent, one.getBoundingClientRect()])
      return boxes.flatMap(([a, p], at) => boxes.slice(at + 1)
        .filter(([, q]) => p.left < q.right - 1 && q.left < p.right - 1 && p.top < q.bottom - 2 && q.top < p.bottom - 2)
        .map(([b]) => a + ' / ' + b))
    })`)
    expect(overlaps).toEqual([])
  })

  test.each(['light', 'dark'] as const)(
    'can be read in a %s theme: every word stands out by 4.5 to 1',
    async (theme) => {
      await open(theme)
      expect(await chromium.evaluate<string[]>(faintWords)).toEqual([])
      const [red = 0] = await chromium.evaluate<number[]>(
        `getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)`,
      )
      if (theme === 'light') expect(red).toBeGreaterThan(200)
      else expect(red).toBeLessThan(60)
    },
  )

  test('does not scroll sideways on a telephone', async () => {
    await open('light', 380)
    expect(await chromium.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(380)
  })

  test('shows every case on paper, on white, also those that are folded away', async () => {
    await open('dark', 800, 'print')
    expect(await chromium.evaluate('getComputedStyle(document.body).backgroundColor')).toBe(
      'rgb(255, 255, 255)',
    )
    const folded = await chromium.evaluate<boolean[]>(
      `[...document.querySelectorAll('details:not([open]) li')].map((one) => one.checkVisibility())`,
    )
    expect(folded.length).toBeGreaterThan(0)
    expect(folded).not.toContain(false)
  })

  test('has its headings in order, and a name for each picture', async () => {
    await open('light')
    const levels = await chromium.evaluate<number[]>(
      `[...document.querySelectorAll('h1, h2, h3, h4')].map((one) => Number(one.tagName[1]))`,
    )
    expect(levels.filter((level, at) => level > (levels[at - 1] ?? 0) + 1)).toEqual([])
    const { nodes } = await chromium.call('Accessibility.getFullAXTree')
    const images = (nodes as readonly { role?: { value: string }; name?: { value: string } }[]).filter(
      ({ role }) => role?.value === 'image',
    )
    expect(images.map(({ name }) => name?.value)).toEqual([
      expect.stringMatching(/^Timeline of the failing history/),
      expect.stringMatching(/^Timeline of the failing history .*killed at hit 3/),
      expect.stringMatching(
        /^The damage to log\/data.mdb .* bit 3 of byte 40000 flipped, in page 9 of 12, a leaf page; the store came back/,
      ),
      expect.stringMatching(/^The damage to log\/<odd> .* cut to 0 bytes, in page 0 of 1; the store ended/),
    ])
  })
})

/** Text whose colour is too near that of what it stands on (WCAG 2.2, 1.4.3). */
const faintWords = `(() => {
  const numbers = (colour) => (colour.match(/[\\d.]+/g) ?? []).map(Number)
  const luminance = (colour) => {
    const [r, g, b] = numbers(colour).map((part) => part / 255).map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const isClear = (colour) => numbers(colour)[3] === 0 || colour === 'transparent'
  const behind = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const colour = getComputedStyle(one).backgroundColor
      if (!isClear(colour)) return colour
    }
    return 'rgb(255, 255, 255)'
  }
  const faint = []
  for (const element of document.querySelectorAll('main *')) {
    const hasText = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== '')
    if (!hasText || element.tagName === 'title' || element.tagName === 'desc') continue
    const style = getComputedStyle(element)
    const colour = element instanceof SVGElement ? style.fill : style.color
    const [a, b] = [luminance(colour), luminance(behind(element))].sort((x, y) => y - x)
    if ((a + 0.05) / (b + 0.05) < 4.5) faint.push(element.outerHTML)
  }
  return faint
})()`
