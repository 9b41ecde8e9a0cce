// What a hit costs when it does nothing. Run `npm run build` first, then `node scripts/bench-failpoints.mjs`.
import { availableParallelism, cpus } from 'node:os'
import { FailpointRegistry } from '../dist/failpoints/index.js'

const SITE = 'log.commit.before'
const HITS_PER_ROUND = 1_000_000
const ROUNDS = 101
const WARM_UP_ROUNDS = 5

/** A registry that knows two sites. */
function createRegistry() {
  const registry = new FailpointRegistry({ seed: 1 })
  const text = { description: 'A place to measure', onReturn: 'Nothing' }
  registry.declare([
    { name: SITE, ...text },
    { name: 'log.commit.after', ...text },
  ])
  return registry
}

const disarmed = createRegistry()
const armedElsewhere = createRegistry()
armedElsewhere.arm('log.commit.after', 'throw(never hit)')

// Each contender is its own loop, so that the engine compiles each for what it is given. All of them add up the same
// number, which is compared, so that none of the loops can be left out.
function emptyLoop(count) {
  let sum = 0
  for (let index = 0; index < count; index++) sum += index & 1
  return sum
}

function withoutRegistry(count, registry) {
  let sum = 0
  for (let index = 0; index < count; index++) {
    if (registry?.hit(SITE) !== undefined) sum += 1
    sum += index & 1
  }
  return sum
}

function withDisarmedRegistry(count, registry) {
  let sum = 0
  for (let index = 0; index < count; index++) {
    if (registry?.hit(SITE) !== undefined) sum += 1
    sum += index & 1
  }
  return sum
}

function withAnotherSiteArmed(count, registry) {
  let sum = 0
  for (let index = 0; index < count; index++) {
    if (registry?.hit(SITE) !== undefined) sum += 1
    sum += index & 1
  }
  return sum
}

const contenders = [
  { name: 'empty loop', loop: emptyLoop, registry: undefined },
  { name: 'registry?.hit(), no registry', loop: withoutRegistry, registry: undefined },
  { name: 'registry?.hit(), disarmed', loop: withDisarmedRegistry, registry: disarmed },
  { name: 'registry?.hit(), another site armed', loop: withAnotherSiteArmed, registry: armedElsewhere },
].map((contender) => ({ ...contender, samples: [] }))

/** Nanoseconds a turn of the loop. */
function measure({ loop, registry }) {
  const start = process.hrtime.bigint()
  const sum = loop(HITS_PER_ROUND, registry)
  const nanoseconds = Number(process.hrtime.bigint() - start)
  if (sum !== HITS_PER_ROUND / 2) throw new Error(`A disarmed site returned something: ${sum}`)
  return nanoseconds / HITS_PER_ROUND
}

for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
  for (const contender of contenders) {
    const sample = measure(contender)
    if (round >= 0) contender.samples.push(sample)
  }
}

/** The value that the share `quantile` of the sorted `samples` does not exceed. */
function quantileOf(samples, quantile) {
  return samples[Math.min(samples.length - 1, Math.floor(samples.length * quantile))]
}

const lines = [
  `node ${process.version}, ${process.platform} ${process.arch}, ${availableParallelism()} cores (${cpus()[0]?.model ?? 'unknown'})`,
  `${ROUNDS} interleaved rounds of ${HITS_PER_ROUND.toLocaleString('en')} turns, ns/op, the loop included`,
  '',
  `${'contender'.padEnd(38)}${'median'.padStart(9)}${'fastest'.padStart(9)}${'p99'.padStart(9)}`,
]
for (const { name, samples } of contenders) {
  samples.sort((left, right) => left - right)
  const figures = [quantileOf(samples, 0.5), quantileOf(samples, 0), quantileOf(samples, 0.99)]
  lines.push(name.padEnd(38) + figures.map((figure) => figure.toFixed(2).padStart(9)).join(''))
}
process.stdout.write(`${lines.join('\n')}\n`)
