/** What is made to go wrong, and where: one hit of one failpoint site. */

export type FaultAction =
  /** The process dies there. */
  | 'crash'
  /** What the site stands for fails: `return`. */
  | 'fail'
  /** It fails as a medium does whose answer cannot be believed: `return(EIO)`. */
  | 'fail-io'
  /** A deferred write is lost, and the caller is told so: `return` at a site of these. */
  | 'vanish'

/** A moment of a workload. */
export interface SweepPoint {
  /** Of the operation that hits the site, from 0; -1 while the storage is first opened. */
  readonly position: number
  readonly site: string
  /** From 1, of this site within this operation. */
  readonly hit: number
}

export interface Fault extends SweepPoint {
  readonly action: FaultAction
}

const deferredSites = /^(log\.defer|\w+\.deferred_write)$/
const syncingSites = /^log\.(commit\.\w+|flush)$/

/** Every action that fits at `site`. */
export function actionsAt(site: string): readonly FaultAction[] {
  if (deferredSites.test(site)) return ['crash', 'vanish']
  return syncingSites.test(site) ? ['crash', 'fail', 'fail-io'] : ['crash', 'fail']
}

export function faultsAt(point: SweepPoint): Fault[] {
  const { position, site, hit } = point
  return actionsAt(site).map((action) => ({ position, site, hit, action }))
}

/** In one word of a token: `3.1@log.commit.after=crash`, the first hit within the fourth operation. */
export function formatFault({ position, site, hit, action }: Fault): string {
  return `${position < 0 ? 'open' : position}.${hit}@${site}=${action}`
}

/** `undefined`: it is none. */
export function parseFault(text: string): Fault | undefined {
  const [, position, hit, site, action] = /^(open|\d+)\.([1-9]\d*)@([\w.]+)=([a-z-]+)$/.exec(text) ?? []
  if (site === undefined) return undefined
  const known = actionsAt(site).find((one) => one === action)
  return (
    known && { position: position === 'open' ? -1 : Number(position), site, hit: Number(hit), action: known }
  )
}

const words = {
  crash: 'died',
  fail: 'was made to fail',
  'fail-io': 'was made to fail with EIO',
  vanish: 'lost a deferred write',
} as const

/** Fits after "it": "died at hit 1 of log.commit.after in operation 4". */
export function describeFault({ position, site, hit, action }: Fault): string {
  const where = position < 0 ? 'while it was opened' : `in operation ${position + 1}`
  return `${words[action]} at hit ${hit} of ${site} ${where}`
}
