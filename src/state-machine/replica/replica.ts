/**
 * One node's log and state machine as one thing: what is committed is applied, in order, and the log is purged only behind what is
 * durable elsewhere.
 *
 * The embedder's loop: commit entries to the log, tell {@link Replica.committed} what the engine found to be committed, answer the
 * client from {@link Replica.result}. Promises: at every moment, also after a crash, the state machine's durable state or a durable
 * snapshot of this node, together with the log, gives the state at every index that was committed and applied.
 */
import { checkIndex } from '../../arguments.ts'
import { LogClosedError, PoisonedError, UnavailableError } from '../../errors.ts'
import { notify, type ReplicaStats } from '../../observer.ts'
import type { LogId } from '../../raft/index.ts'
import { failIfAsked } from '../../write-failure.ts'
import type { ApplyEntry } from '../core/check-chunk.ts'
import type { ApplyResult } from '../core/plan-chunk.ts'
import type { AppliedState } from '../core/values.ts'
import type { SnapshotInstall, SnapshotManifest } from '../snapshots/manifest.ts'
import type { ApplyReport, RecoveryInfo, StateMachine } from '../state-machine.ts'
import { ApplyLoop } from './apply-loop.ts'
import { joinLogAndState } from './join-log-and-state.ts'
import { type ReplicaOptions, type ReplicaSettings, settingsOf } from './options.ts'
import { PendingResults } from './pending-results.ts'
import type { ReplicatedLog } from './replicated-log.ts'
import { type ReplicaSite, replicaSites } from './sites.ts'
import { SnapshotKeeper, type SnapshotKeeperParts } from './snapshot-keeper.ts'

export class Replica {
  readonly stateMachine: StateMachine
  /** What opening the state machine found. */
  readonly recovery: RecoveryInfo
  readonly #log: ReplicatedLog
  readonly #settings: ReplicaSettings
  readonly #results: PendingResults
  readonly #loop: ApplyLoop
  readonly #keeper: SnapshotKeeper
  /** Also known when the state machine says nothing any more. */
  #appliedIndex: number
  #failure: { readonly cause: unknown } | undefined
  #isClosed = false

  /**
   * Opens `stateMachine`, checks that it fits `log`, does what a crash left to be done between the two, and applies again what the
   * log knows to be committed. From here on the replica owns both: write to the log, and leave its purging, the state machine's
   * applying and installing to the replica.
   * @throws {ReplicaMismatchError} they do not fit: nothing was changed, and both stay open, so that a snapshot can be installed
   * @throws whatever opening the state machine, and reading the log, throw
   */
  static async open(
    log: ReplicatedLog,
    stateMachine: StateMachine,
    options: ReplicaOptions = {},
  ): Promise<Replica> {
    const settings = settingsOf(options)
    settings.failpoints?.declare(replicaSites)
    const recovery = await joinLogAndState(log, stateMachine, settings)
    const snapshotIndex = (await stateMachine.currentSnapshot())?.applied.index ?? 0
    const replica = new Replica({ log, machine: stateMachine, settings, snapshotIndex }, recovery)
    const known = Math.min(log.committedIndex ?? 0, log.lastIndex)
    replica.#loop.advance(Math.max(known, stateMachine.applied().index))
    await replica.settled()
    if (replica.#failure !== undefined) throw replica.#failure.cause
    replica.#keeper.noteFound(recovery.applied.index)
    replica.#tellOpen()
    return replica
  }

  private constructor(parts: SnapshotKeeperParts, recovery: RecoveryInfo) {
    const { log, machine, settings } = parts
    this.stateMachine = machine
    this.recovery = recovery
    this.#log = log
    this.#settings = settings
    this.#appliedIndex = machine.applied().index
    this.#results = new PendingResults(settings.resultsKept, machine.applied().index)
    this.#keeper = new SnapshotKeeper(parts)
    this.#loop = new ApplyLoop({
      log,
      machine,
      settings,
      onApplied: (entries, report) => this.#tell(entries, report),
      onFailed: (error) => this.#fail(error),
    })
  }

  /** How far it is known to be committed. */
  get committedIndex(): number {
    return this.#loop.committed
  }

  /** How far the log may be purged now. */
  get coveredIndex(): number {
    return this.#keeper.coveredIndex
  }

  /**
   * Everything through `index` is committed: it is applied from here on, after this has returned. What was said before counts when it
   * was more.
   * @throws {UnavailableError} the log does not reach so far
   * @throws {PoisonedError} the replica has failed @throws {LogClosedError}
   */
  committed(index: number): void {
    this.#assertUsable('commit')
    checkIndex('index', index)
    const { lastIndex, name } = this.#log
    if (index > lastIndex) {
      throw new UnavailableError(
        { index, lastIndex },
        `Cannot commit through index ${index}: log "${name}" ends at ${lastIndex}; append the entries first`,
      )
    }
    this.#loop.advance(index)
  }

  /**
   * The result of the entry that was appended at `at`, when it was applied. Best asked for right after appending.
   * @throws {ResultLostError} another leader's entry was committed in its place, a snapshot was installed over it, or it was applied
   *   long ago
   * @throws {PoisonedError} the replica failed first @throws {LogClosedError} it was closed first
   */
  async result(at: LogId): Promise<ApplyResult> {
    this.#assertUsable('wait for a result')
    checkIndex('index', at.index)
    checkIndex('term', at.term)
    return await this.#results.wait(at)
  }

  /** Resolves when everything that was committed is applied, or applying waits for the medium, or has failed. */
  settled(): Promise<void> {
    return this.#loop.settled()
  }

  /**
   * Takes a snapshot, and purges the log behind it. Joins one that is being taken. Entries are applied meanwhile.
   * @throws whatever `StateMachine.createSnapshot` throws; the log is as it was
   */
  takeSnapshot(): Promise<SnapshotManifest> {
    this.#assertUsable('take a snapshot')
    return this.#keeper.take()
  }

  /**
   * Purges the log through `index`; by default as far as may be, less the entries to keep. At or below the boundary it does nothing.
   * Deferred, as the log's own.
   * @throws {PurgeRefusedError} nothing durable covers the entries up to there
   */
  purge(index?: number): void {
    this.#assertUsable('purge')
    if (index !== undefined) checkIndex('index', index)
    this.#keeper.purge(index)
  }

  /**
   * Begins to receive a leader's snapshot, as `StateMachine.beginInstall` does. Its `commit` also has the log begin after it, and who
   * waits for a result that the snapshot covers is told so.
   * @throws {InvalidArgumentError} the snapshot is of a term that the hard state does not have yet: save that first
   */
  async beginInstall(manifest: SnapshotManifest): Promise<SnapshotInstall> {
    this.#assertUsable('install a snapshot')
    this.#log.checkInstall(manifest.applied)
    const install = await this.stateMachine.beginInstall(manifest)
    return {
      have: () => install.have(),
      write: (block, bytes) => install.write(block, bytes),
      abort: () => install.abort(),
      commit: (signal) => this.#commitInstall(install, signal),
    }
  }

  /** Ends both; flushes the log. What was durable does not depend on it. Twice is fine. */
  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#beginEnd()
    await this.#loop.halt()
    try {
      await this.stateMachine.close()
      await this.#keeper.idle()
    } finally {
      this.#log.close()
    }
  }

  /** Leaves both as SIGKILL would. */
  abandon(): void {
    if (this.#isClosed) return
    this.#beginEnd()
    void this.#loop.halt()
    this.stateMachine.abandon()
    this.#log.abandon()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #tellOpen(): void {
    const { observer } = this.#settings
    notify(() => observer.onReplicaOpen?.({ log: this.#log.name, stats: () => this.#stats() }))
  }

  #stats(): ReplicaStats {
    return {
      committedIndex: this.#loop.committed,
      appliedIndex: this.#appliedIndex,
      hasFailed: this.#failure !== undefined,
    }
  }

  #tell(entries: readonly ApplyEntry[], report: ApplyReport): void {
    this.#appliedIndex = report.applied.index
    this.#results.tell(report.results)
    notify(() => this.#settings.listener.onApplied?.(report))
    this.#keeper.note(entries.length, bytesOf(entries))
  }

  async #commitInstall(install: SnapshotInstall, signal: AbortSignal | undefined): Promise<AppliedState> {
    this.#assertUsable('install a snapshot')
    await this.#loop.halt()
    try {
      this.#failIfAsked('replica.install.before', 'install a snapshot')
      const applied = await install.commit(signal)
      this.#settling(() => {
        this.#failIfAsked('replica.install.committed', 'install a snapshot')
        if (applied.index > this.#log.purgeBoundary.index) this.#log.install(idOf(applied))
        this.#failIfAsked('replica.install.after', 'install a snapshot')
      })
      this.#appliedIndex = applied.index
      this.#keeper.noteSnapshot(applied.index)
      this.#results.coverThrough(applied.index)
      this.#loop.advance(applied.index)
      return applied
    } finally {
      if (this.#failure === undefined && !this.#isClosed) this.#loop.resume()
    }
  }

  /** State and log have to go on together: when the second step fails, only opening anew joins them. */
  #settling(step: () => void): void {
    try {
      step()
    } catch (error) {
      this.#fail(error)
      throw error
    }
  }

  #fail(error: unknown): void {
    if (this.#failure !== undefined || this.#isClosed) return
    this.#failure = { cause: error }
    this.#keeper.end()
    void this.#loop.halt()
    this.#results.rejectAll(new PoisonedError(this.#log.name, 'tell a result', error))
    notify(() => this.#settings.listener.onFailed?.(error))
  }

  #beginEnd(): void {
    this.#isClosed = true
    notify(() => this.#settings.observer.onReplicaClose?.({ log: this.#log.name }))
    this.#keeper.end()
    this.#results.rejectAll(new LogClosedError(this.#log.name, 'tell a result'))
  }

  #assertUsable(operation: string): void {
    const { name } = this.#log
    if (this.#isClosed) throw new LogClosedError(name, operation)
    if (this.#failure !== undefined) throw new PoisonedError(name, operation, this.#failure.cause)
  }

  #failIfAsked(site: ReplicaSite, operation: string): void {
    failIfAsked(this.#settings.failpoints, site, { log: this.#log.name, operation })
  }
}

function idOf({ index, term }: LogId): LogId {
  return { index, term }
}

function bytesOf(entries: readonly ApplyEntry[]): number {
  return entries.reduce((sum, { command }) => sum + (command instanceof Uint8Array ? command.length : 0), 0)
}
