import { expect, test } from 'vitest'
import {
  type FailpointEnvironment,
  FailpointRegistry,
  FailpointSyntaxError,
  failpoints,
} from '../../failpoints/index.ts'

const SITE = { name: 'a', description: 'A place', onReturn: 'Is noted' }

/** An environment that counts how often it is read. */
function observed(settings: FailpointEnvironment): FailpointEnvironment & { readonly reads: number } {
  let reads = 0
  return {
    get FAILPOINTS() {
      reads += 1
      return settings.FAILPOINTS
    },
    get FAILPOINTS_SEED() {
      return settings.FAILPOINTS_SEED
    },
    get reads() {
      return reads
    },
  }
}

test('an environment is not read before the first use, and only once', () => {
  const environment = observed({ FAILPOINTS: 'a=return(x)' })
  const registry = new FailpointRegistry({ environment })
  expect(environment.reads).toBe(0)
  registry.declare([SITE])
  expect(registry.hit('a')).toStrictEqual({ value: 'x' })
  expect(environment.reads).toBe(1)
})

test.each<[string, (registry: FailpointRegistry) => unknown]>([
  ['seed', (registry) => registry.seed],
  ['armedCount', (registry) => registry.armedCount],
  ['declare', (registry) => registry.declare([SITE])],
  ['sites', (registry) => registry.sites()],
  ['arm', (registry) => registry.arm('a', 'off')],
  ['configure', (registry) => registry.configure('')],
  ['disarm', (registry) => registry.disarm('a')],
  ['disarmAll', (registry) => registry.disarmAll()],
  ['hit', (registry) => registry.hit('a')],
  ['countHits', (registry) => registry.countHits(true)],
  ['onPerformed', (registry) => registry.onPerformed(() => {})],
  ['pending', (registry) => registry.pending()],
  ['nearestDeclared', (registry) => registry.nearestDeclared('a')],
])('a bad environment throws at the first use, %s, and at every one after it', (_, use) => {
  const registry = new FailpointRegistry({ environment: { FAILPOINTS: 'a=crsh' } })
  for (let time = 0; time < 2; time++) {
    expect(() => use(registry)).toThrow(FailpointSyntaxError)
    expect(() => use(registry)).toThrow('at column 3')
  }
})

test('a bad seed throws at the first use', () => {
  const registry = new FailpointRegistry({ environment: { FAILPOINTS_SEED: '12x' } })
  expect(() => registry.sites()).toThrow('a seed is an integer from 0 to 4294967295, not "12x"')
})

test('the seed of the environment is taken, but not over that of the options', () => {
  const environment = { FAILPOINTS_SEED: '42' }
  expect(new FailpointRegistry({ environment }).seed).toBe(42)
  expect(new FailpointRegistry({ environment, seed: 7 }).seed).toBe(7)
  expect(new FailpointRegistry({ environment, seed: 0 }).seed).toBe(0)
})

test('an empty environment configures nothing, and leaves the fast path', () => {
  const registry = new FailpointRegistry({ environment: { FAILPOINTS: '', FAILPOINTS_SEED: '' } })
  expect(registry.hit('never.declared')).toBeUndefined()
  expect([registry.armedCount, registry.pending()]).toStrictEqual([0, []])
  expect(registry.hit('never.declared')).toBeUndefined()
})

test('disarmAll() as the first use leaves nothing of the environment', () => {
  const registry = new FailpointRegistry({ environment: { FAILPOINTS: 'a=throw' } })
  registry.disarmAll()
  registry.declare([SITE])
  expect(registry.hit('a')).toBeUndefined()
})

test('failpoints is a registry', () => {
  expect(failpoints).toBeInstanceOf(FailpointRegistry)
})
