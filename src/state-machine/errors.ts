/**
 * Errors of state machines, beside those that they share with logs: `WriteFailedError` (the medium refused; `inDoubt`: the state
 * machine has failed), `PoisonedError` (it has failed earlier), `CorruptionError`, `FormatVersionError`, `LogLockedError`,
 * `LogClosedError` (it is closed), `InvalidArgumentError`, `SnapshotError`.
 */
import { HoldfastError } from '../errors.ts'

/** What is wrong with a chunk: with the order of its entries, with what is in them, or with its size. */
export type ChunkDefect = 'unordered' | 'gap' | 'termRegression' | 'missingPayload' | 'tooLarge'

/** The caller handed in what no log has. Nothing was changed, and the state machine stays usable. */
export class ChunkRejectedError extends HoldfastError {
  readonly code = 'HOLDFAST_CHUNK_REJECTED'
  readonly reason = 'invalid'
  readonly kind: ChunkDefect
  /** Index of the entry that is wrong; of `tooLarge`, of the chunk's first. */
  readonly index: number

  constructor(kind: ChunkDefect, index: number, what: string) {
    super(`Cannot apply entry ${index}: ${what}; nothing of its chunk was applied`)
    this.kind = kind
    this.index = index
  }
}

/**
 * A committed entry cannot be understood, so that going on without it would make this replica another than the rest. The state
 * machine stops: open it again with what understands the entry.
 */
export class UndecodableEntryError extends HoldfastError {
  readonly code = 'HOLDFAST_UNDECODABLE_ENTRY'
  readonly reason = 'invalid'
  /** `unsupported`: a later version of Holdfast wrote it. */
  readonly kind: 'undecodable' | 'unsupported'
  /** `undefined` while it is not known of which entry the bytes are. */
  readonly index: number | undefined
  readonly what: string

  constructor(
    kind: 'undecodable' | 'unsupported',
    index: number | undefined,
    what: string,
    options?: ErrorOptions,
  ) {
    const next =
      kind === 'unsupported'
        ? 'open the state machine with the version that wrote it'
        : 'find out who proposed it'
    super(
      `Cannot decode ${index === undefined ? 'a command' : `entry ${index}`}: it has ${what}; ${next}`,
      options,
    )
    this.kind = kind
    this.index = index
    this.what = what
  }
}

/** This replica and what it is given disagree on what was committed. The state machine stops: rebuild it from a snapshot. */
export class DivergenceError extends HoldfastError {
  readonly code = 'HOLDFAST_DIVERGENCE'
  readonly reason = 'corrupt'
  /** Where they disagree: on the term of an entry, or on what all entries up to it have led to. */
  readonly kind: 'term' | 'chain'
  readonly index: number
  readonly here: number
  readonly there: number

  constructor(at: {
    readonly kind: 'term' | 'chain'
    readonly index: number
    readonly here: number
    readonly there: number
  }) {
    super(
      `Replicas diverged at index ${at.index}: the ${at.kind} is ${at.here} here and ${at.there} there; ` +
        'stop this replica, and rebuild it from a snapshot of a good one',
    )
    this.kind = at.kind
    this.index = at.index
    this.here = at.here
    this.there = at.there
  }
}

/** The state machine is not started, or was stopped: start it, and try again. */
export class NotServingError extends HoldfastError {
  readonly code = 'HOLDFAST_NOT_SERVING'
  readonly reason = 'other'
  readonly stateMachine: string

  constructor(stateMachine: string, operation: string, state: string) {
    super(`Cannot ${operation}: state machine "${stateMachine}" is ${state}; start it first`)
    this.stateMachine = stateMachine
  }
}

/** The state or the snapshot belongs to another cluster, or was made under other rules. Nothing was changed. */
export class ForeignStateError extends HoldfastError {
  readonly code = 'HOLDFAST_FOREIGN_STATE'
  readonly reason = 'invalid'
  readonly stateMachine: string

  constructor(stateMachine: string, what: string) {
    super(
      `Cannot use this with state machine "${stateMachine}": ${what}; check directory, cluster and options`,
    )
    this.stateMachine = stateMachine
  }
}
