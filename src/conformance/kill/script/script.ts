/** A history that is written down, and how it ends: what a long one was shrunk to, on storage that was empty. */
import { deflateRawSync, inflateRawSync } from 'node:zlib'

/** How the process dies. */
export type ScriptCrash =
  /** While it waits, when everything was acked. */
  | { readonly kind: 'after' }
  /** At this hit of the site within the last call. */
  | { readonly kind: 'failpoint'; readonly site: string; readonly hit: number }
  /** By the clock, so long after the last call had begun. */
  | { readonly kind: 'clock'; readonly delayMs: number }

export interface Script<O> {
  readonly operations: readonly O[]
  readonly crash: ScriptCrash
}

/** In words that fit after "killed". */
export function describeCrash({ operations, crash }: Script<unknown>): string {
  switch (crash.kind) {
    case 'after':
      return operations.length === 1 ? 'after 1 ack' : `after ${operations.length} acks`
    case 'failpoint':
      return `at hit ${crash.hit} of the failpoint ${crash.site} within call ${operations.length}`
    case 'clock':
      return `${crash.delayMs} ms after call ${operations.length} had begun`
    default:
      return crash satisfies never
  }
}

const prefix = 's.'
/** A longer word is none that a person copies. */
const charactersMax = 4_000
const bytesMax = 1_000_000

/** As the point of a token. `undefined`: it is too long for one. */
export function formatScript(script: Script<unknown>): string | undefined {
  const text = prefix + deflateRawSync(JSON.stringify(script)).toString('base64url')
  return text.length <= charactersMax ? text : undefined
}

export function isScript(path: string): boolean {
  return path.startsWith(prefix)
}

/** `undefined`: it is none. */
export function parseScript<O>(path: string): Script<O> | undefined {
  try {
    const bytes = inflateRawSync(Buffer.from(path.slice(prefix.length), 'base64url'), {
      maxOutputLength: bytesMax,
    })
    const { operations, crash } = JSON.parse(bytes.toString()) as Script<O>
    return Array.isArray(operations) && isCrash(crash) ? { operations, crash } : undefined
  } catch {
    return undefined
  }
}

function isCrash(crash: ScriptCrash): boolean {
  switch (crash.kind) {
    case 'after':
      return true
    case 'failpoint':
      return typeof crash.site === 'string' && Number.isSafeInteger(crash.hit)
    case 'clock':
      return Number.isFinite(crash.delayMs)
    default:
      return false
  }
}
