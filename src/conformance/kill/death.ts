import { failpoints } from '../../../failpoints/index.ts'

/** At which hit of a site a process is to die, counting only the hits within calls of one kind. */
export interface DeathPlan {
  readonly kind: string
  readonly site: string
  readonly hit: number
}

/** The kind of whatever call is the last one of a history that is written down. */
export const lastCall = 'the last call'

/** Kills the process as planned. */
export class Death {
  readonly #kind: string
  #called: string | undefined

  /** The site is declared by now, because the store is open, or the store has no such site. */
  constructor({ kind, site, hit }: DeathPlan) {
    this.#kind = kind
    if (!failpoints.sites().some(({ name }) => name === site)) return
    let left = hit
    failpoints.arm(site, () => {
      if (this.#called === this.#kind && --left === 0) process.kill(process.pid, 'SIGKILL')
    })
  }

  /** Tells what is called next. */
  expect(kind: string): void {
    this.#called = kind
  }
}
