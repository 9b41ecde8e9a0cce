/** Where a state machine's files are, and what its parts share. */
import type { FailpointRegistry } from '../../../failpoints/index.ts'
import { InjectedFailure } from '../../write-failure.ts'
import type { FileStateSite } from './sites.ts'

export interface FilePlace {
  /** Of the state machine, in errors and events. */
  readonly name: string
  /** Absolute. */
  readonly directory: string
  readonly failpoints: FailpointRegistry | undefined
}

/** Hits `site`, and throws what it asks for. */
export function hit(place: FilePlace, site: FileStateSite): void {
  const asked = place.failpoints?.hit(site)
  if (asked !== undefined) throw new InjectedFailure(site, asked)
}
