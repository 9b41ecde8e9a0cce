import { AssertionError } from 'node:assert'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import {
  type FailpointCallback,
  FailpointDeclarationError,
  FailpointError,
  FailpointRegistry,
  FailpointRegistryError,
  type FailpointSite,
  FailpointSyntaxError,
  FailpointUnknownSiteError,
} from '../../failpoints/index.ts'
import { errorOf } from '../thrown-by.ts'

function siteNamed(name: string): FailpointSite {
  return { name, description: `What ${name} is`, onReturn: `What ${name} returns` }
}

/** A registry that knows the sites `names`, with a seed so that a failure repeats. */
function registryOf(...names: string[]): FailpointRegistry {
  const registry = new FailpointRegistry({ seed: 1 })
  registry.declare(names.map(siteNamed))
  return registry
}

/** What `count` hits of `site` came to: the returned value, `-` for nothing, `!` for a throw. */
function outcomes(registry: FailpointRegistry, site: string, count: number): string {
  let shown = ''
  for (let hit = 0; hit < count; hit++) {
    try {
      shown += registry.hit(site)?.value ?? '-'
    } catch (error) {
      expect(error).toBeInstanceOf(FailpointError)
      shown += '!'
    }
  }
  return shown
}

function hitsOf(registry: FailpointRegistry, site: string): number | undefined {
  return registry.sites().find(({ name }) => name === site)?.hits
}

describe('declare()', () => {
  test('sites are listed by name, with their text', () => {
    const registry = registryOf('b.two', 'a.one')
    expect(registry.sites()).toStrictEqual([
      { ...siteNamed('a.one'), hits: 0, armed: undefined },
      { ...siteNamed('b.two'), hits: 0, armed: undefined },
    ])
  })

  test('the same site declared twice is left as it is', () => {
    const registry = registryOf('a')
    registry.arm('a', 'return(x)')
    registry.hit('a')
    registry.declare([siteNamed('a'), siteNamed('a')])
    expect(registry.sites()).toStrictEqual([{ ...siteNamed('a'), hits: 1, armed: 'return(x)' }])
  })

  test.each([
    ['description', { ...siteNamed('a'), description: 'Another' }],
    ['onReturn', { ...siteNamed('a'), onReturn: 'Another' }],
  ])('the same name with another %s is an error', (_, site) => {
    const registry = registryOf('a')
    const error = errorOf(() => registry.declare([siteNamed('b'), site]))
    expect(error).toBeInstanceOf(FailpointDeclarationError)
    expect(error).toMatchObject({ code: 'FAILPOINT_DECLARATION', site: 'a' })
    expect(registry.sites().map(({ name }) => name)).toStrictEqual(['a'])
  })

  test('two texts for one name in one call are an error', () => {
    const registry = new FailpointRegistry()
    const sites = [siteNamed('a'), { ...siteNamed('a'), description: 'Another' }]
    expect(() => registry.declare(sites)).toThrow(FailpointDeclarationError)
    expect(registry.sites()).toStrictEqual([])
  })

  test('a name that no text could say is an error', () => {
    const registry = new FailpointRegistry()
    expect(() => registry.declare([siteNamed('a=b')])).toThrow(FailpointDeclarationError)
  })
})

describe('hit()', () => {
  test('a disarmed registry returns undefined, and asks nothing about the site', () => {
    const registry = registryOf('a')
    expect(registry.hit('a')).toBeUndefined()
    expect(registry.hit('never.declared')).toBeUndefined()
  })

  test('an undeclared site is an assertion error while another one is armed', () => {
    const registry = registryOf('a')
    registry.arm('a', 'off')
    const error = errorOf(() => registry.hit('never.declared'))
    expect(error).toBeInstanceOf(AssertionError)
    expect(String(error)).toContain('never.declared')
  })

  test('an undeclared site is an assertion error while hits are counted', () => {
    const registry = registryOf('a')
    registry.countHits(true)
    expect(() => registry.hit('never.declared')).toThrow(AssertionError)
  })

  test('another site that is armed changes nothing here', () => {
    const registry = registryOf('a', 'b')
    registry.arm('b', 'throw')
    expect(registry.hit('a')).toBeUndefined()
  })

  test('off does nothing', () => {
    const registry = registryOf('a')
    registry.arm('a', 'off')
    expect(registry.hit('a')).toBeUndefined()
  })

  test.each([
    ['return', undefined],
    ['return()', ''],
    ['return(5)', '5'],
  ])('%s returns its argument', (actions, value) => {
    const registry = registryOf('a')
    registry.arm('a', actions)
    expect(registry.hit('a')).toStrictEqual({ value })
  })

  test.each([
    ['throw', 'Failpoint "a.b" threw'],
    ['throw(no space left)', 'Failpoint "a.b" threw: no space left'],
  ])('%s throws an error that names the site', (actions, message) => {
    const registry = registryOf('a.b')
    registry.arm('a.b', actions)
    const error = errorOf(() => registry.hit('a.b'))
    expect(error).toBeInstanceOf(FailpointError)
    expect(error).not.toBeInstanceOf(FailpointRegistryError)
    expect(error).toMatchObject({ code: 'FAILPOINT_THROWN', site: 'a.b', message, name: 'FailpointError' })
  })

  test('sleep(ms) blocks the thread for that long', () => {
    const wait = vi.spyOn(Atomics, 'wait').mockReturnValue('timed-out')
    onTestFinished(() => wait.mockRestore())
    const registry = registryOf('a')
    registry.arm('a', 'sleep(250)')
    expect(registry.hit('a')).toBeUndefined()
    expect(wait.mock.calls.map((call) => call[3])).toStrictEqual([250])
  })

  test('delay(ms) is busy until that time is over', () => {
    let now = 1000
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => now++)
    onTestFinished(() => clock.mockRestore())
    const registry = registryOf('a')
    registry.arm('a', 'delay(5)')
    expect(registry.hit('a')).toBeUndefined()
    expect(now).toBe(1006)
  })
})

describe('a chain', () => {
  test.each([
    ['2*off->throw', '--!!!!'],
    ['1*return(a)->2*return(b)->return(c)', 'abbccc'],
    ['1*return(a)->1*throw', 'a!----'],
    ['3*return(a)', 'aaa---'],
    ['return(a)->throw', 'aaaaaa'],
    ['off->throw', '------'],
    ['0%return(a)->return(b)', 'bbbbbb'],
    ['100%return(a)->return(b)', 'aaaaaa'],
    ['0%1*return(a)->1*return(b)->return(c)', 'bccccc'],
  ])('%s comes to %s', (actions, expected) => {
    const registry = registryOf('a')
    registry.arm('a', actions)
    expect(outcomes(registry, 'a', expected.length)).toBe(expected)
  })

  test('a percentage uses up its count only when it fires', () => {
    const registry = registryOf('a')
    registry.arm('a', '50%3*return(a)->return(b)')
    const shown = outcomes(registry, 'a', 100)
    expect(shown.match(/a/g)).toHaveLength(3)
    expect(shown.slice(0, shown.lastIndexOf('a'))).toContain('b')
  })

  test('a term that is used up draws no more', () => {
    const plain = registryOf('a')
    plain.arm('a', '50%return(a)->return(b)')
    const preceded = registryOf('a')
    preceded.arm('a', '100%1*off->50%return(a)->return(b)')
    // The first term took the first draw; from the second hit on both chains draw once a hit.
    expect(outcomes(preceded, 'a', 50)).toBe(`-${outcomes(plain, 'a', 50).slice(1)}`)
  })

  test('a chain that is used up stays armed, and goes on counting', () => {
    const registry = registryOf('a')
    const armed = registry.arm('a', '1*return(a)')
    expect(outcomes(registry, 'a', 3)).toBe('a--')
    expect([armed.hits, registry.armedCount]).toStrictEqual([3, 1])
  })
})

describe('arm()', () => {
  test('an unknown site is an error that names the nearest', () => {
    const registry = registryOf('log.commit.after', 'log.commit.before')
    const error = errorOf(() => registry.arm('log.comit.before', 'off'))
    expect(error).toBeInstanceOf(FailpointUnknownSiteError)
    expect(error).toMatchObject({
      code: 'FAILPOINT_UNKNOWN_SITE',
      site: 'log.comit.before',
      nearest: 'log.commit.before',
    })
    expect(String(error)).toContain('did you mean "log.commit.before"?')
    expect(registry.armedCount).toBe(0)
  })

  test('an unknown site that is like no other has no nearest', () => {
    expect(errorOf(() => registryOf('log.commit').arm('x', 'off'))).toMatchObject({ nearest: undefined })
  })

  test('a bad text leaves what was armed before', () => {
    const registry = registryOf('a')
    registry.arm('a', 'return(x)')
    expect(() => registry.arm('a', 'retur')).toThrow(FailpointSyntaxError)
    expect(outcomes(registry, 'a', 2)).toBe('xx')
  })

  test('arming anew replaces the actions, with every count full', () => {
    const registry = registryOf('a')
    registry.arm('a', '2*return(a)->return(b)')
    expect(outcomes(registry, 'a', 3)).toBe('aab')
    registry.arm('a', '2*return(a)->return(b)')
    expect(outcomes(registry, 'a', 3)).toBe('aab')
    expect(registry.armedCount).toBe(1)
  })

  test('the status shows the actions as they are written, not as they are left', () => {
    const registry = registryOf('a', 'b', 'c')
    registry.arm('a', ' 2 * return ( x ) -> off ')
    registry.arm('b', () => undefined)
    registry.hit('a')
    expect(registry.sites().map(({ armed }) => armed)).toStrictEqual([
      '2*return( x )->off',
      'callback',
      undefined,
    ])
  })

  test('using disarms at the end of the scope', () => {
    const registry = registryOf('a')
    {
      using armed = registry.arm('a', 'return(x)')
      expect([armed.site, registry.armedCount, outcomes(registry, 'a', 1)]).toStrictEqual(['a', 1, 'x'])
    }
    expect([registry.armedCount, outcomes(registry, 'a', 1)]).toStrictEqual([0, '-'])
  })

  test('disarming an arming that was replaced leaves the one in its place', () => {
    const registry = registryOf('a')
    const older = registry.arm('a', 'return(x)')
    const newer = registry.arm('a', 'return(y)')
    older.disarm()
    older[Symbol.dispose]()
    expect([registry.armedCount, outcomes(registry, 'a', 1)]).toStrictEqual([1, 'y'])
    newer.disarm()
    newer.disarm()
    expect(registry.armedCount).toBe(0)
  })

  test('hits of an arming end with it', () => {
    const registry = registryOf('a')
    const older = registry.arm('a', 'off')
    outcomes(registry, 'a', 2)
    const newer = registry.arm('a', 'off')
    outcomes(registry, 'a', 3)
    newer.disarm()
    outcomes(registry, 'a', 4)
    expect([older.hits, newer.hits, hitsOf(registry, 'a')]).toStrictEqual([2, 3, 5])
  })
})

describe('a callback', () => {
  test('is given the site, and decides what the hit returns', () => {
    const registry = registryOf('a')
    const callback = vi.fn<FailpointCallback>(() => ({ value: 'x' }))
    registry.arm('a', callback)
    expect(registry.hit('a')).toStrictEqual({ value: 'x' })
    expect(callback.mock.calls).toStrictEqual([['a']])
  })

  test('that returns nothing is a hit that returns nothing', () => {
    const registry = registryOf('a')
    registry.arm('a', () => {})
    expect(registry.hit('a')).toBeUndefined()
  })

  test('may throw', () => {
    const registry = registryOf('a')
    const fault = new Error('mine')
    const armed = registry.arm('a', () => {
      throw fault
    })
    expect(errorOf(() => registry.hit('a'))).toBe(fault)
    expect(armed.hits).toBe(1)
  })

  test('may disarm, arm and hit its own site', () => {
    const registry = registryOf('a')
    const armed = registry.arm('a', () => {
      armed.disarm()
      registry.arm('a', 'return(next)')
      return registry.hit('a')
    })
    expect(outcomes(registry, 'a', 2)).toBe('nextnext')
    expect([armed.hits, registry.armedCount]).toStrictEqual([1, 1])
  })
})

describe('configure()', () => {
  test('arms the declared sites that it names, and leaves the others', () => {
    const registry = registryOf('a', 'b', 'c')
    registry.arm('c', 'return(z)')
    registry.configure('a=return(x); b=1*return(y)')
    expect(['a', 'b', 'c'].map((site) => outcomes(registry, site, 2))).toStrictEqual(['xx', 'y-', 'zz'])
  })

  test('arms nothing when any of it is wrong', () => {
    const registry = registryOf('a')
    expect(() => registry.configure('a=return(x);later=off;b=crsh')).toThrow(FailpointSyntaxError)
    expect([registry.armedCount, registry.pending()]).toStrictEqual([0, []])
  })

  test('keeps what it says of a site until the site is declared', () => {
    const registry = registryOf('a')
    registry.configure('c=off;b=1*return(x)->return(y)')
    expect([registry.armedCount, registry.pending()]).toStrictEqual([0, ['b', 'c']])
    registry.declare([siteNamed('b')])
    expect([registry.armedCount, registry.pending()]).toStrictEqual([1, ['c']])
    expect(outcomes(registry, 'b', 3)).toBe('xyy')
  })

  test('the last word on a pending site holds', () => {
    const registry = new FailpointRegistry()
    registry.configure('a=return(x)')
    registry.configure('a=return(y)')
    registry.declare([siteNamed('a')])
    expect(outcomes(registry, 'a', 1)).toBe('y')
  })

  test('declaring a pending site again does not arm it again', () => {
    const registry = new FailpointRegistry()
    registry.configure('a=return(x)')
    registry.declare([siteNamed('a')])
    registry.disarm('a')
    registry.declare([siteNamed('a')])
    expect(registry.armedCount).toBe(0)
  })
})

describe('nearestDeclared()', () => {
  test('says what a misspelt pending site was meant to be', () => {
    const registry = registryOf('log.commit.after', 'log.commit.before')
    registry.configure('log.commit.befor=off')
    expect(registry.pending().map((site) => registry.nearestDeclared(site))).toStrictEqual([
      'log.commit.before',
    ])
  })
})

describe('disarm()', () => {
  test('disarms one site, and is fine when nothing is armed', () => {
    const registry = registryOf('a', 'b')
    registry.configure('a=return(x);b=return(y)')
    registry.disarm('a')
    registry.disarm('a')
    expect([outcomes(registry, 'a', 1), outcomes(registry, 'b', 1), registry.armedCount]).toStrictEqual([
      '-',
      'y',
      1,
    ])
  })

  test('forgets a pending site', () => {
    const registry = new FailpointRegistry()
    registry.configure('a=return(x)')
    registry.disarm('a')
    registry.declare([siteNamed('a')])
    expect([registry.pending(), registry.armedCount]).toStrictEqual([[], 0])
  })

  test('a site that is neither declared nor pending is an error', () => {
    const registry = registryOf('abc.d')
    expect(errorOf(() => registry.disarm('abd.d'))).toMatchObject({ site: 'abd.d', nearest: 'abc.d' })
  })
})

describe('disarmAll()', () => {
  test('leaves nothing armed and nothing pending', () => {
    const registry = registryOf('a', 'b')
    registry.configure('a=return(x);b=return(y);later=off')
    registry.disarmAll()
    registry.declare([siteNamed('later')])
    expect([registry.armedCount, registry.pending()]).toStrictEqual([0, []])
    expect([outcomes(registry, 'a', 1), outcomes(registry, 'b', 1)]).toStrictEqual(['-', '-'])
  })

  test('puts the registry back on the fast path', () => {
    const registry = registryOf('a')
    registry.arm('a', 'off')
    registry.disarmAll()
    registry.disarmAll()
    // Only the fast path does not mind a site that was never declared.
    expect(registry.hit('never.declared')).toBeUndefined()
  })
})

describe('countHits()', () => {
  test('hits of disarmed sites are not counted by default', () => {
    const registry = registryOf('a', 'b')
    outcomes(registry, 'a', 3)
    registry.arm('b', 'off')
    outcomes(registry, 'a', 3)
    expect(hitsOf(registry, 'a')).toBe(0)
  })

  test('hits of disarmed sites are counted while it is on', () => {
    const registry = registryOf('a')
    registry.countHits(true)
    registry.countHits(true)
    expect(outcomes(registry, 'a', 3)).toBe('---')
    registry.countHits(false)
    outcomes(registry, 'a', 4)
    expect([hitsOf(registry, 'a'), registry.armedCount]).toStrictEqual([3, 0])
  })

  test('a hit of an armed site is counted once while it is on', () => {
    const registry = registryOf('a')
    registry.countHits(true)
    const armed = registry.arm('a', 'off')
    outcomes(registry, 'a', 2)
    expect([armed.hits, hitsOf(registry, 'a'), registry.armedCount]).toStrictEqual([2, 2, 1])
  })

  test('turned off twice, the registry is back on the fast path', () => {
    const registry = registryOf('a')
    registry.countHits(true)
    registry.countHits(false)
    registry.countHits(false)
    expect([registry.armedCount, registry.hit('never.declared')]).toStrictEqual([0, undefined])
  })

  test('a site armed while it is on stays armed when it is turned off', () => {
    const registry = registryOf('a')
    registry.countHits(true)
    registry.arm('a', 'return(x)')
    registry.countHits(false)
    expect(outcomes(registry, 'a', 1)).toBe('x')
  })
})

describe('onPerformed()', () => {
  test('tells of every action before it is performed, but off', () => {
    const registry = registryOf('a', 'b')
    const events: unknown[] = []
    registry.onPerformed((event) => events.push(event))
    registry.configure('a=1*off->1*return(x)->1*throw(y)')
    registry.arm('b', () => {
      events.push('performed')
    })
    expect(outcomes(registry, 'a', 5)).toBe('-x!--')
    registry.hit('b')
    expect(events).toStrictEqual([
      { site: 'a', action: 'return' },
      { site: 'a', action: 'throw' },
      { site: 'b', action: 'callback' },
      'performed',
    ])
  })

  test('tells every listener, until it unsubscribes', () => {
    const registry = registryOf('a')
    registry.arm('a', 'return(x)')
    const listener = vi.fn()
    const unsubscribe = registry.onPerformed(listener)
    registry.onPerformed(listener)
    registry.hit('a')
    unsubscribe()
    unsubscribe()
    registry.hit('a')
    expect(listener).toHaveBeenCalledTimes(3)
  })

  test('a listener may unsubscribe another while it is told', () => {
    const registry = registryOf('a')
    registry.arm('a', 'return(x)')
    const last = vi.fn()
    registry.onPerformed(() => unsubscribe())
    const unsubscribe = registry.onPerformed(last)
    registry.hit('a')
    registry.hit('a')
    expect(last).toHaveBeenCalledTimes(1)
  })
})

describe('seed', () => {
  test.each([-1, 1.5, 2 ** 32, Number.NaN])('%d is refused', (seed) => {
    expect(() => new FailpointRegistry({ seed })).toThrow(RangeError)
  })

  test.each([0, 2 ** 32 - 1])('%d is taken', (seed) => {
    expect(new FailpointRegistry({ seed }).seed).toBe(seed)
  })

  test('is an unsigned 32-bit integer that stays the same when none is given', () => {
    const registry = new FailpointRegistry()
    const { seed } = registry
    expect(Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32).toBe(true)
    expect(registry.seed).toBe(seed)
  })
})
