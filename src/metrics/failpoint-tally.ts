/** What is counted of failpoints: how many sites are armed, and which actions were performed. */
import type { FailpointRegistry } from '../../failpoints/index.ts'

export class FailpointTally {
  readonly #registries = new Set<FailpointRegistry>()
  /** Site to action to how often it was performed. */
  readonly hits: Map<string, Map<string, number>> = new Map()

  /**
   * Counts what `registry` performs from now on. Twice is fine.
   * @throws {FailpointSyntaxError} it reads its settings from an environment, and they cannot be read
   */
  watch(registry: FailpointRegistry): void {
    if (this.#registries.has(registry)) return
    registry.onPerformed(({ site, action }) => this.#count(site, action))
    this.#registries.add(registry)
  }

  armedCount(): number {
    let sum = 0
    for (const { armedCount } of this.#registries) sum += armedCount
    return sum
  }

  #count(site: string, action: string): void {
    const actions = this.hits.get(site) ?? new Map<string, number>()
    actions.set(action, (actions.get(action) ?? 0) + 1)
    this.hits.set(site, actions)
  }
}
