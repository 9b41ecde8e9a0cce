/**
 * The registry of failpoints: which sites there are, what is armed at each, and what happens at a hit.
 *
 * A registry belongs to one thread. It promises that a disarmed one costs one property read and one branch a hit,
 * and that what a seed decides at one site depends on nothing but the hits of that site.
 */

import { fail } from 'node:assert/strict'
import { type FailpointCallback, type FailpointReturn, perform } from './actions.ts'
import { FailpointChain, type FailpointTerm } from './chain.ts'
import { FailpointDeclarationError, FailpointUnknownSiteError } from './errors.ts'
import {
  type FailpointSetting,
  formatActions,
  isSiteName,
  parseActions,
  parseSeed,
  parseSettings,
  UINT32_MAX,
  type WrittenTerm,
} from './grammar.ts'
import { nearestName } from './nearest-name.ts'
import { createRandom, type Random } from './random.ts'
import { writeLineToStderr } from './stderr.ts'

/** A named place in the code where a test can make something go wrong. */
export interface FailpointSite {
  /** Words of letters, digits, `_` and `-`, joined by dots: place, then step. `log.commit.before`. */
  readonly name: string
  /** A sentence: what has happened, and what has not, when the site is hit. */
  readonly description: string
  /** What the action `return` does there. */
  readonly onReturn: string
}

/** A declared site, and what is to be said of it now. */
export interface FailpointSiteStatus extends FailpointSite {
  /** Hits while it was armed, and while {@link FailpointRegistry.countHits} was on. */
  readonly hits: number
  /** What is armed, as text with its counts as they were given; `callback` for a function. */
  readonly armed: string | undefined
}

/** What {@link FailpointRegistry.arm} armed. `using` disarms it at the end of the scope. */
export interface ArmedFailpoint {
  readonly site: string
  /** Hits of the site since it was armed, and until it was disarmed or armed anew. */
  readonly hits: number
  /** Disarms the site, unless it has been disarmed or armed anew since. Twice is fine. */
  disarm(): void
  [Symbol.dispose](): void
}

/** One action is about to be performed. */
export interface FailpointEvent {
  readonly site: string
  /** The name of the action without its argument: `return`, `crash`, `callback`. */
  readonly action: string
}

/** Where a registry finds its settings and its seed. `process.env` is one. */
export interface FailpointEnvironment {
  readonly FAILPOINTS?: string | undefined
  readonly FAILPOINTS_SEED?: string | undefined
}

/** How a registry begins. */
export interface FailpointRegistryOptions {
  /** Decides the percentages: 0 to 4,294,967,295. Default: that of the environment, else a random one. */
  readonly seed?: number
  /**
   * Configures the registry. It is read at the first use of any member, never in the constructor.
   * Default: none.
   */
  readonly environment?: FailpointEnvironment
}

/** What one arming put at a site. */
interface Arming {
  readonly text: string
  readonly chain: FailpointChain
  hits: number
}

interface SiteState {
  readonly site: FailpointSite
  /** Goes on from one arming to the next: else arming `10%crash` a hundred times would decide once. */
  readonly random: Random
  hits: number
  arming: Arming | undefined
}

/** Sites, and what is armed at them. See `docs/failpoints.md` for the actions and the exact rules. */
export class FailpointRegistry {
  readonly #sites = new Map<string, SiteState>()
  /** Settings of sites that are not declared. No name is in both maps. */
  readonly #pending = new Map<string, readonly WrittenTerm[]>()
  readonly #listeners = new Set<{ readonly listener: (event: FailpointEvent) => void }>()
  #environment: FailpointEnvironment | undefined
  #seed: number | undefined
  #isCounting = false
  /**
   * How many reasons there are for a hit to leave the fast path: one for each armed site, one while hits of disarmed
   * sites are counted, and one while the environment is unread. The last makes even a hit that is the first use of
   * the process-wide registry find its settings, and costs nothing once they are read: the fast path has no
   * question of its own to ask about them.
   */
  #attention = 0

  /** @throws {RangeError} the seed is not an unsigned 32-bit integer */
  constructor(options: FailpointRegistryOptions = {}) {
    const { seed, environment } = options
    if (seed !== undefined && !(Number.isInteger(seed) && seed >= 0 && seed <= UINT32_MAX)) {
      throw new RangeError(`A seed of failpoints is an integer from 0 to ${UINT32_MAX}, not ${seed}`)
    }
    this.#seed = seed
    this.#environment = environment
    if (environment !== undefined) this.#attention += 1
  }

  /** What decides the percentages: give it to another registry, or in FAILPOINTS_SEED, to replay a run. */
  get seed(): number {
    this.#readEnvironment()
    this.#seed ??= Math.floor(Math.random() * (UINT32_MAX + 1))
    return this.#seed
  }

  /** Sites that are armed now, those whose actions are used up included. */
  get armedCount(): number {
    this.#readEnvironment()
    return this.#attention - (this.#isCounting ? 1 : 0)
  }

  /**
   * Makes `sites` known, all or none of them, and arms those that were configured before.
   * A site that is declared again with the same text is left as it is.
   * @throws {FailpointDeclarationError} a name is malformed, or is declared already with another text
   */
  declare(sites: readonly FailpointSite[]): void {
    this.#readEnvironment()
    const added = new Map<string, FailpointSite>()
    for (const { name, description, onReturn } of sites) {
      if (!isSiteName(name))
        throw new FailpointDeclarationError(name, 'its name is not of words joined by dots')
      const known = this.#sites.get(name)?.site ?? added.get(name)
      if (known === undefined) added.set(name, { name, description, onReturn })
      else if (known.description !== description || known.onReturn !== onReturn) {
        throw new FailpointDeclarationError(name, 'it is declared already, with another text')
      }
    }
    for (const [name, site] of added) {
      const random = createRandom(this.seed, name)
      this.#sites.set(name, { site, random, hits: 0, arming: undefined })
      this.#armPending(name)
    }
  }

  /** Every declared site, sorted by name. */
  sites(): readonly FailpointSiteStatus[] {
    this.#readEnvironment()
    return [...this.#sites.values()]
      .map(({ site, hits, arming }) => ({ ...site, hits, armed: arming?.text }))
      .sort((left, right) => (left.name < right.name ? -1 : 1))
  }

  /**
   * Arms `site` with actions, in place of what was armed there. They start anew: every count is full.
   * @throws {FailpointSyntaxError} the text cannot be read
   * @throws {FailpointUnknownSiteError} the site is not declared
   */
  arm(site: string, actions: string | FailpointCallback): ArmedFailpoint {
    const state = this.#stateOf(site)
    const arming =
      typeof actions === 'string'
        ? this.#armTerms(state, parseActions(actions))
        : this.#arm(state, 'callback', [
            { percent: undefined, count: undefined, action: { kind: 'callback', callback: actions } },
          ])
    const disarm = (): void => {
      if (state.arming === arming) this.#disarm(state)
    }
    return {
      site,
      get hits() {
        return arming.hits
      },
      disarm,
      [Symbol.dispose]: disarm,
    }
  }

  /**
   * Arms the sites that `settings` names, `site=actions;site=actions`; other sites are left as they are. What it says
   * of sites that are not declared is kept until they are.
   * @throws {FailpointSyntaxError} the text cannot be read: nothing was armed
   */
  configure(settings: string): void {
    this.#readEnvironment()
    this.#apply(parseSettings(settings))
  }

  /**
   * Disarms `site`, or forgets what was configured for it before it was declared. It is fine if nothing was armed.
   * @throws {FailpointUnknownSiteError} the site is neither declared nor configured
   */
  disarm(site: string): void {
    this.#readEnvironment()
    if (!this.#pending.delete(site)) this.#disarm(this.#stateOf(site))
  }

  /** Disarms every site, and forgets what was configured for sites that are not declared. */
  disarmAll(): void {
    this.#readEnvironment()
    this.#pending.clear()
    for (const state of this.#sites.values()) this.#disarm(state)
  }

  /**
   * Does here what is armed at `site`: write it as one line, where the fault is to happen.
   * @returns what `return` asks for, or a callback returned; undefined otherwise, and when nothing is armed
   * @throws {FailpointError} the action was `throw`
   * @throws whatever a callback throws
   * @throws {AssertionError} the site is not declared, noticed while anything is armed or hits are counted
   */
  hit(site: string): FailpointReturn | undefined {
    if (this.#attention === 0) return undefined
    return this.#hitAttentively(site)
  }

  /**
   * Counts the hits of disarmed sites too. Off by default, for it takes every hit off the fast path.
   * Counts are kept when it is turned off.
   */
  countHits(enabled: boolean): void {
    this.#readEnvironment()
    if (this.#isCounting === enabled) return
    this.#isCounting = enabled
    this.#attention += enabled ? 1 : -1
  }

  /**
   * Calls `listener` each time an action is about to be performed: before it, since there may be nothing after it.
   * `off` performs nothing and is not told. The listener must not throw: it would stand in for the fault.
   * @returns unsubscribes; twice is fine
   */
  onPerformed(listener: (event: FailpointEvent) => void): () => void {
    this.#readEnvironment()
    const subscription = { listener }
    this.#listeners.add(subscription)
    return () => {
      this.#listeners.delete(subscription)
    }
  }

  /**
   * Names of sites that are configured but not declared, sorted. When everything is declared that will be, these are
   * misspelt, and {@link nearestDeclared} says what was meant.
   */
  pending(): readonly string[] {
    this.#readEnvironment()
    return [...this.#pending.keys()].sort()
  }

  /** The declared site whose name is most like `site`; undefined when none is alike. */
  nearestDeclared(site: string): string | undefined {
    this.#readEnvironment()
    return nearestName(site, [...this.#sites.keys()].sort())
  }

  #hitAttentively(site: string): FailpointReturn | undefined {
    this.#readEnvironment()
    if (this.#attention === 0) return undefined
    const state = this.#sites.get(site)
    if (state === undefined) fail(`failpoint site "${site}" is hit, but was never declared`)
    const { arming } = state
    if (arming !== undefined || this.#isCounting) state.hits += 1
    if (arming === undefined) return undefined
    // Everything is counted before anything is performed: a callback may hit, arm or disarm this very site.
    arming.hits += 1
    const action = arming.chain.next()
    if (action === undefined) return undefined
    if (action.kind !== 'off') this.#report({ site, action: action.kind })
    return perform(action, site)
  }

  #report(event: FailpointEvent): void {
    for (const { listener } of [...this.#listeners]) listener(event)
  }

  #apply(settings: readonly FailpointSetting[]): void {
    for (const { site, terms } of settings) {
      this.#pending.set(site, terms)
      this.#armPending(site)
    }
  }

  /** Moves what is pending for `name` to its site, if it is declared. */
  #armPending(name: string): void {
    const state = this.#sites.get(name)
    const terms = this.#pending.get(name)
    if (state === undefined || terms === undefined) return
    this.#pending.delete(name)
    this.#armTerms(state, terms)
  }

  #armTerms(state: SiteState, terms: readonly WrittenTerm[]): Arming {
    return this.#arm(state, formatActions(terms), terms)
  }

  #arm(state: SiteState, text: string, terms: readonly FailpointTerm[]): Arming {
    if (state.arming === undefined) this.#attention += 1
    state.arming = { text, chain: new FailpointChain(terms, state.random), hits: 0 }
    return state.arming
  }

  #disarm(state: SiteState): void {
    if (state.arming === undefined) return
    state.arming = undefined
    this.#attention -= 1
  }

  #stateOf(site: string): SiteState {
    this.#readEnvironment()
    const state = this.#sites.get(site)
    if (state === undefined) throw new FailpointUnknownSiteError(site, this.nearestDeclared(site))
    return state
  }

  /**
   * Takes over the settings of the environment, once. A bad one stays unread, and throws again at every use: a run that
   * was asked for faults must not go on without them because somebody caught the first error.
   */
  #readEnvironment(): void {
    const environment = this.#environment
    if (environment === undefined) return
    const settings = parseSettings(environment.FAILPOINTS ?? '')
    const seed = environment.FAILPOINTS_SEED ?? ''
    if (seed !== '') this.#seed ??= parseSeed(seed)
    this.#environment = undefined
    this.#attention -= 1
    this.#apply(settings)
    const isDrawn = settings.some(({ terms }) => terms.some(({ percent }) => percent !== undefined))
    if (isDrawn) writeLineToStderr(`failpoints: replay this run with FAILPOINTS_SEED=${this.seed}`)
  }
}
