/** The failpoint sites of an engine's storage: one before each write, one before every deferred write, one before each read. */
import type { FailpointSite } from '../failpoints/index.ts'

/** Where the storage can be made to fail. */
export interface EngineSites {
  readonly all: readonly FailpointSite[]
  /** The site in front of the operation that metrics call `operation`. */
  readonly of: (operation: string) => string
  readonly deferredWrite: string
  readonly read: string
}

export interface EngineSiteOptions {
  /** In front of every name, before a dot. */
  readonly prefix: string
  /** The writes, as metrics call them. */
  readonly operations: readonly string[]
  /** Where the storage is when the site before a read is hit. */
  readonly readDescription: string
}

/** The sites of the storage whose writes are `operations`. */
export function engineSitesOf({ prefix, operations, readDescription }: EngineSiteOptions): EngineSites {
  const of = (operation: string): string => `${prefix}.${operation}`
  const deferredWrite = of('deferred_write')
  const read = of('read')
  const all: readonly FailpointSite[] = [
    ...operations.map((operation) => ({
      name: of(operation),
      description: `${operation} was called, and nothing was handed to the log yet.`,
      onReturn:
        'the write fails as the medium would make it fail: nothing of it is there, and the caller is told so',
    })),
    {
      name: deferredWrite,
      description: 'A deferred write of any kind is about to be handed to the log.',
      onReturn: 'that one write vanishes and the caller is told so: how a lost non-synced write is modelled',
    },
    { name: read, description: readDescription, onReturn: 'it is reported as corrupt' },
  ]
  return { all, of, deferredWrite, read }
}
