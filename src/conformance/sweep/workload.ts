/** A short history that a seed decides, and that has every kind of operation in it before any comes often. */
import { SeededRandom } from '../random.ts'
import type { AnyEngine } from './engine.ts'

export type Workload = readonly { readonly kind: string }[]

/** How often another operation is drawn, in the hope of a kind that was not there yet. */
const drawsMax = 12

export function createWorkload(engine: AnyEngine, seed: number, length: number): Workload {
  const random = new SeededRandom(seed, `sweep ${engine.name}`)
  const operations: { readonly kind: string }[] = []
  const seen = new Set<string>()
  let state = engine.blank
  while (operations.length < length) {
    const operation = draw(engine, random, state, { seen, number: operations.length + 1 })
    operations.push(operation)
    for (const kind of kindsOf(operation)) seen.add(kind)
    state = engine.step(state, operation).state
  }
  return operations
}

interface Drawn {
  readonly seen: ReadonlySet<string>
  readonly number: number
}

function draw(engine: AnyEngine, random: SeededRandom, state: unknown, { seen, number }: Drawn) {
  for (let at = 0; at < drawsMax; at++) {
    const operation = engine.next(random, state, number) as { readonly kind: string }
    // What is refused, and the ends of a history, come by chance alone.
    if (engine.step(state, operation).outcome.kind === 'threw') continue
    if (kindsOf(operation).some((kind) => !seen.has(kind))) return operation
  }
  return engine.next(random, state, number) as { readonly kind: string }
}

/** With what is inside of it. */
function kindsOf(operation: {
  readonly kind: string
  readonly ops?: readonly { readonly kind: string }[]
}): string[] {
  return [operation.kind, ...(operation.ops ?? []).map(({ kind }) => `${operation.kind} ${kind}`)]
}
