import { describe, expect, test } from 'vitest'
import { FailpointRegistry } from '../../failpoints/index.ts'
import { createRandom } from '../../failpoints/random.ts'

function registryOf(seed: number, ...names: string[]): FailpointRegistry {
  const registry = new FailpointRegistry({ seed })
  registry.declare(names.map((name) => ({ name, description: 'A place', onReturn: 'Is noted' })))
  return registry
}

/** One letter a hit: `x` fired, `-` did not. */
function decisions(registry: FailpointRegistry, site: string, count: number): string {
  return Array.from({ length: count }, () => (registry.hit(site) === undefined ? '-' : 'x')).join('')
}

function fired(shown: string): number {
  return shown.split('x').length - 1
}

describe('a percentage', () => {
  test('decides the same for the same seed and site', () => {
    const [first, second] = [registryOf(7, 'a'), registryOf(7, 'a')]
    first.arm('a', '50%return')
    second.arm('a', '50%return')
    expect(decisions(first, 'a', 1000)).toBe(decisions(second, 'a', 1000))
  })

  test('decides differently for another seed', () => {
    const [first, second] = [registryOf(7, 'a'), registryOf(8, 'a')]
    first.arm('a', '50%return')
    second.arm('a', '50%return')
    expect(decisions(first, 'a', 100)).not.toBe(decisions(second, 'a', 100))
  })

  test('decides differently at another site', () => {
    const registry = registryOf(7, 'a', 'b')
    registry.configure('a=50%return;b=50%return')
    expect(decisions(registry, 'a', 100)).not.toBe(decisions(registry, 'b', 100))
  })

  test('does not mind hits, armings and declarations of other sites', () => {
    const alone = registryOf(7, 'a')
    alone.arm('a', '50%return')
    const crowded = registryOf(7, 'z', 'b', 'a')
    crowded.configure('b=50%return;a=50%return')
    const shown = Array.from({ length: 100 }, () => {
      crowded.hit('b')
      crowded.hit('z')
      return decisions(crowded, 'a', 1)
    }).join('')
    expect(shown).toBe(decisions(alone, 'a', 100))
  })

  test('goes on from one arming to the next', () => {
    const once = registryOf(7, 'a')
    once.arm('a', '50%return')
    const often = registryOf(7, 'a')
    const shown = Array.from({ length: 100 }, () => {
      using _armed = often.arm('a', '50%return')
      return decisions(often, 'a', 1)
    }).join('')
    expect(shown).toBe(decisions(once, 'a', 100))
  })

  // The seeds are fixed, so these counts cannot vary: the bounds are five standard deviations.
  test.each([
    [0, 1],
    [0.5, 2],
    [10, 3],
    [50, 4],
    [90, 5],
    [100, 6],
  ])('%d fires about that often in 10,000 hits', (percent, seed) => {
    const registry = registryOf(seed, 'a')
    registry.arm('a', `${percent}%return`)
    const share = percent / 100
    const deviation = Math.sqrt(10_000 * share * (1 - share))
    expect(Math.abs(fired(decisions(registry, 'a', 10_000)) - 10_000 * share)).toBeLessThanOrEqual(
      5 * deviation,
    )
  })

  test('reaches the second term as often as the first one does not fire', () => {
    const registry = registryOf(9, 'a')
    registry.arm('a', '50%return(first)->50%return(second)')
    const counts = new Map<string | undefined, number>()
    for (let hit = 0; hit < 10_000; hit++) {
      const value = registry.hit('a')?.value
      counts.set(value, (counts.get(value) ?? 0) + 1)
    }
    expect(Math.abs((counts.get('first') ?? 0) - 5000)).toBeLessThan(250)
    expect(Math.abs((counts.get('second') ?? 0) - 2500)).toBeLessThan(220)
  })
})

describe('createRandom()', () => {
  test('first draws of neighbouring seeds and of neighbouring names are spread evenly', () => {
    const draws = [
      ...Array.from({ length: 1000 }, (_, seed) => createRandom(seed, 'a')()),
      ...Array.from({ length: 1000 }, (_, site) => createRandom(1, `site.${site}`)()),
    ]
    const perTenth = Array.from({ length: 10 }, () => 0)
    for (const draw of draws) {
      expect(draw).toBeGreaterThanOrEqual(0)
      expect(draw).toBeLessThan(1)
      const tenth = Math.floor(draw * 10)
      perTenth[tenth] = (perTenth[tenth] ?? 0) + 1
    }
    for (const count of perTenth) expect(Math.abs(count - 200)).toBeLessThan(70)
  })

  test('is the stream that was there in the first release', () => {
    // Changing it would make every seed that was ever noted replay another run.
    const random = createRandom(42, 'log.commit.before')
    expect([random(), random(), random()]).toStrictEqual([
      0.1898100113896326, 0.11441276500189634, 0.023325080042461033,
    ])
  })
})
