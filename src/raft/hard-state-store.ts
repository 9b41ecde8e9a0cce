/** Raft's hard state: what a node must not forget between two messages, or it may vote twice. */
import { InvalidArgumentError } from '../errors.ts'
import type { LogOp } from '../log/index.ts'
import { checkHardState, checkNoRegression } from './check-arguments.ts'
import type { RaftCore, RaftWrite } from './core.ts'
import type { RaftEntry } from './entry.ts'
import { coreOf, type RaftLog } from './raft-log.ts'
import { decodeNumber, decodeVote, encodeNumber, encodeVote, metaKeys, type ServerId } from './records.ts'

export interface HardState {
  /** The latest term that the node has seen. A safe integer >= 0. */
  readonly currentTerm: number
  /** Whom it voted for in that term, or `undefined`. */
  readonly votedFor: ServerId | undefined
  /** The highest index that it knows to be committed, if the engine keeps that. A safe integer >= 0. */
  readonly commit?: number | undefined
}

/**
 * The hard state of one Raft node, kept beside its log. Throws what {@link RaftLog} throws; a write that throws has changed
 * nothing.
 */
export class HardStateStore<T = Uint8Array> {
  readonly #core: RaftCore<T>

  /** Keeps the hard state in the log under `raftLog`, so that both can be written in one commit. */
  constructor(raftLog: RaftLog<T>) {
    this.#core = coreOf(raftLog)
  }

  /**
   * Saves `state`: term and vote are durable when it returns. A state in which `commit` alone has changed is deferred: it can be
   * learned again from the leader, and Raft does not ask for it to be stored. A state that is there already is not written.
   * @throws {HardStateRegressionError} the term is lower than the saved one, or the vote differs within the same term, or is
   *   taken back: load the state, and go on from there
   */
  save(state: HardState): void {
    this.#core.write('save_hard_state', 'commit', () => this.#planState(state))
  }

  /** The state saved last, or `undefined` before the first. A first state of term 0 without a vote is a state like any other. */
  load(): HardState | undefined {
    this.#core.engineLog.assertReadable()
    return this.#stored()
  }

  /**
   * Saves `state` as {@link save} does and appends `entries` as {@link RaftLog.append} does, in one commit: what an engine hands
   * over together must not survive in halves. Without `state`, the saved one stays.
   * @throws {HardStateRegressionError} as {@link save}
   * @throws {InvalidArgumentError} as {@link RaftLog.append}, or the term of an entry is ahead of the state's
   * @throws {LogGapError} @throws {CompactedError} as {@link RaftLog.append}
   */
  saveWith(state: HardState | undefined, entries: readonly RaftEntry<T>[]): void {
    this.#core.write('save_with', 'commit', () => {
      const stateWrite = state === undefined ? undefined : this.#planState(state)
      const append = this.#core.planAppend(entries)
      this.#assertNotAhead(entries.at(-1), state)
      if (append === undefined || stateWrite === undefined) return append ?? stateWrite
      return { ...append, ops: [...stateWrite.ops, ...append.ops] }
    })
  }

  #planState(state: HardState): RaftWrite | undefined {
    checkHardState(state)
    const stored = this.#stored()
    if (stored !== undefined) checkNoRegression(this.#core.log.name, stored, state)
    const isVoteSame =
      stored !== undefined && stored.currentTerm === state.currentTerm && stored.votedFor === state.votedFor
    const ops: LogOp[] = []
    if (!isVoteSame) ops.push({ kind: 'setMeta', key: metaKeys.vote, value: encodeVote(state) })
    if (stored?.commit !== state.commit) ops.push(commitOp(state.commit))
    if (ops.length === 0) return undefined
    return { class: isVoteSame ? 'deferred' : 'commit', ops, adopt: () => undefined }
  }

  #stored(): HardState | undefined {
    const { engineLog } = this.#core
    const vote = engineLog.readMeta(metaKeys.vote, decodeVote)
    const commit = engineLog.readMeta(metaKeys.commit, decodeNumber)
    return vote && { ...vote, ...(commit !== undefined && { commit }) }
  }

  #assertNotAhead(last: RaftEntry<T> | undefined, state: HardState | undefined): void {
    if (last === undefined) return
    const { currentTerm } = state ?? this.#stored() ?? { currentTerm: 0 }
    if (last.term <= currentTerm) return
    throw new InvalidArgumentError(
      'entries',
      `Cannot append entries of term ${last.term} with a hard state of term ${currentTerm}: a node takes on a term before ` +
        'it takes entries of it; save the state of that term with them',
    )
  }
}

function commitOp(commit: number | undefined): LogOp {
  return commit === undefined
    ? { kind: 'deleteMeta', key: metaKeys.commit }
    : { kind: 'setMeta', key: metaKeys.commit, value: encodeNumber(commit) }
}
