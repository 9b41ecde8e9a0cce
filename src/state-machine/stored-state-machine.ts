/**
 * The state machine: one implementation for every medium. A chunk is checked, planned, written, and only then told of; everything
 * that changes the state does so one after the other, and what reads is synchronous and sees the state before or after.
 */
import { strict as assert } from 'node:assert'
import { checkIndex } from '../arguments.ts'
import { CorruptionError, FormatVersionError, HoldfastError, WriteFailedError } from '../errors.ts'
import { notify, type StateStats, type StoreObserver, silentObserver } from '../observer.ts'
import { failIfAsked } from '../write-failure.ts'
import type { ApplyEntry } from './core/check-chunk.ts'
import type { AppliedState, Membership } from './core/values.ts'
import { DivergenceError, UndecodableEntryError } from './errors.ts'
import type { StateMedium } from './medium.ts'
import { type StateSite, stateSites } from './sites.ts'
import type { SnapshotInstall, SnapshotManifest, SnapshotSource } from './snapshots/manifest.ts'
import { StateSnapshots } from './snapshots/state-snapshots.ts'
import type {
  ApplyOptions,
  ApplyReport,
  CreateSnapshotRequest,
  DigestOptions,
  GetMultiResult,
  LeaseView,
  ReadValue,
  RecoveryInfo,
  ScanOptions,
  ScanResult,
  StateDigest,
  StateMachine,
  StateMachineState,
  StateSize,
  StateView,
} from './state-machine.ts'
import { AppliedWaiters } from './stored/applied-waiters.ts'
import { prepareChunk, reportOf } from './stored/apply-chunk.ts'
import { Collector } from './stored/collector.ts'
import { Condition } from './stored/condition.ts'
import { deepDigest } from './stored/deep-digest.ts'
import { type StateMachineOptions, type StateMachineSettings, settingsOf } from './stored/options.ts'
import { PinnedView } from './stored/pinned-view.ts'
import { checkLimit, readMany, readValue, scanState } from './stored/reads.ts'
import { expiredLeases, StoredLeases, visibleSize } from './stored/stored-leases.ts'
import { Turns } from './stored/turns.ts'

export class StoredStateMachine implements StateMachine {
  readonly name: string
  readonly leases: LeaseView
  readonly #medium: StateMedium
  readonly #settings: StateMachineSettings
  readonly #observer: StoreObserver
  readonly #condition: Condition
  readonly #turns = new Turns()
  readonly #waiters = new AppliedWaiters()
  readonly #views = new Set<StateView>()
  readonly #collector: Collector
  readonly #snapshots: StateSnapshots
  #opening: Promise<RecoveryInfo> | undefined
  #closing: Promise<void> | undefined

  /** @throws {InvalidArgumentError} an option is out of range */
  constructor(medium: StateMedium, options: StateMachineOptions = {}) {
    this.name = medium.name
    this.#medium = medium
    this.#settings = settingsOf(options)
    this.#observer = options.observer ?? silentObserver
    this.#condition = new Condition(this.name)
    this.#settings.failpoints?.declare(stateSites)
    this.leases = new StoredLeases(() => this.#serving('read leases'))
    this.#collector = new Collector(this.#settings.collectInBackground, (keys) => this.collectExpired(keys))
    this.#snapshots = new StateSnapshots({
      medium,
      settings: this.#settings,
      observer: this.#observer,
      turns: this.#turns,
      fail: (error) => this.#fail(error),
      onReplaced: () => this.#waiters.settle(medium.head.applied),
    })
  }

  get clusterId(): string {
    return this.#settings.format.clusterId
  }

  get state(): StateMachineState {
    return this.#condition.state
  }

  open(): Promise<RecoveryInfo> {
    if (this.state === 'closed') return Promise.reject(this.#condition.refusal('open'))
    this.#opening ??= this.#open()
    return this.#opening
  }

  async start(): Promise<void> {
    if (this.state === 'created') await this.open()
    this.#condition.assertOpen('start')
    this.#condition.to('running')
    this.#collector.start()
  }

  async stop(): Promise<void> {
    this.#condition.assertOpen('stop')
    this.#collector.stop()
    this.#condition.to('stopped')
    await this.flush()
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  abandon(): void {
    if (this.state === 'closed') return
    const wasOpen = this.state !== 'created'
    this.#end()
    this.#snapshots.close()
    this.#medium.abandon()
    if (wasOpen) notify(() => this.#observer.onStateClose?.({ log: this.name }))
  }

  applied(): AppliedState {
    this.#condition.assertOpen('read the applied index')
    return this.#medium.head.applied
  }

  durableApplied(): AppliedState {
    this.#condition.assertOpen('read the durable index')
    return this.#medium.durable
  }

  membership(): Membership | undefined {
    this.#condition.assertOpen('read the membership')
    const { membership } = this.#medium.head
    return membership && { at: membership.at, bytes: new Uint8Array(membership.bytes) }
  }

  applyChunk(entries: readonly ApplyEntry[], options: ApplyOptions = {}): Promise<ApplyReport> {
    return this.#turns.run(async () => {
      this.#condition.assertServing('apply')
      const startedAt = performance.now()
      try {
        const report = await this.#apply(entries, options)
        this.#tellApplied(report, performance.now() - startedAt)
        return report
      } catch (error) {
        this.#tellFailed(error, performance.now() - startedAt)
        throw error
      }
    })
  }

  async waitApplied(index: number, signal?: AbortSignal): Promise<AppliedState> {
    checkIndex('index', index)
    this.#condition.assertOpen('wait')
    signal?.throwIfAborted()
    const { applied } = this.#medium.head
    return applied.index >= index ? applied : this.#waiters.wait(index, signal)
  }

  get(key: Uint8Array): ReadValue | undefined {
    return this.#reading(() => readValue(this.#serving('get'), key))
  }

  getMulti(keys: readonly Uint8Array[]): GetMultiResult {
    return this.#reading(() => readMany(this.#serving('get'), keys))
  }

  scan(options: ScanOptions): ScanResult {
    return this.#reading(() => scanState(this.#serving('scan'), options))
  }

  view(): StateView {
    const view = new PinnedView(this.#serving('take a view').pin(), this.#settings.viewAgeMaxMs, () =>
      this.#views.delete(view),
    )
    this.#views.add(view)
    return view
  }

  size(): StateSize {
    return this.#reading(() => visibleSize(this.#serving('read the size')))
  }

  createSnapshot(request: CreateSnapshotRequest = {}): Promise<SnapshotManifest> {
    return this.#whenOpen('create a snapshot', () => this.#snapshots.create(request))
  }

  currentSnapshot(): Promise<SnapshotManifest | undefined> {
    return this.#whenOpen('look for a snapshot', async () => (await this.#snapshots.list())[0])
  }

  listSnapshots(): Promise<SnapshotManifest[]> {
    return this.#whenOpen('list snapshots', () => this.#snapshots.list())
  }

  openSnapshot(id: string): Promise<SnapshotSource> {
    return this.#whenOpen('open a snapshot', () => this.#snapshots.open(id))
  }

  beginInstall(manifest: SnapshotManifest): Promise<SnapshotInstall> {
    return this.#whenOpen('install a snapshot', () => this.#snapshots.beginInstall(manifest))
  }

  flush(): Promise<AppliedState> {
    return this.#write('flush', () => this.#medium.sync())
  }

  checkpoint(): Promise<AppliedState> {
    return this.#write('checkpoint', () => this.#medium.checkpoint())
  }

  async reset(): Promise<void> {
    await this.#write('reset', () => this.#snapshots.reset())
  }

  collectExpired(limit: number): Promise<number> {
    return this.#turns.run(async () => {
      this.#condition.assertOpen('collect')
      checkLimit(limit)
      this.#failIfAsked('state.collect', 'collect')
      const leases = expiredLeases(this.#medium, limit)
      if (leases.length === 0) return 0
      await this.#guarded(() => this.#medium.collect(leases))
      notify(() => this.#observer.onCollect?.({ log: this.name, keys: leases.length }))
      return leases.length
    })
  }

  async digest(options: DigestOptions = {}): Promise<StateDigest> {
    this.#condition.assertOpen('take a digest')
    const { applied } = this.#medium.head
    if (options.deep !== true) return { at: applied, chain: applied.chain }
    const pin = this.#medium.pin()
    try {
      return { at: applied, chain: applied.chain, sha256: await deepDigest(pin, this.#medium.format) }
    } finally {
      pin.release()
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #open(): Promise<RecoveryInfo> {
    const startedAt = performance.now()
    this.#failIfAsked('state.open', 'open')
    const recovery = await this.#medium.recover(this.#settings.format)
    try {
      const unusableSnapshots = await this.#snapshots.recover()
      if (this.state === 'closed') throw this.#condition.refusal('open')
      this.#condition.to('stopped')
      const { applied } = this.#medium.head
      const durationMs = performance.now() - startedAt
      const event = { log: this.name, durationMs, appliedIndex: applied.index, stats: () => this.#stats() }
      notify(() => this.#observer.onStateOpen?.(event))
      return { ...recovery, applied, durationMs, unusableSnapshots }
    } catch (error) {
      this.#snapshots.close()
      await this.#medium.close()
      throw error
    }
  }

  async #close(): Promise<void> {
    const wasOpen = this.state !== 'created' && this.state !== 'closed'
    await this.#opening?.catch(() => undefined)
    this.#end()
    this.#snapshots.close()
    await this.#turns.idle()
    await this.#snapshots.idle()
    await this.#medium.close()
    if (wasOpen) notify(() => this.#observer.onStateClose?.({ log: this.name }))
  }

  /** Everything that is asked for from here on is refused. */
  #end(): void {
    this.#condition.to('closed')
    this.#collector.stop()
    this.#waiters.rejectAll(this.#condition.refusal('wait'))
    for (const view of this.#views) view.release()
  }

  async #apply(entries: readonly ApplyEntry[], { wantPrev = false }: ApplyOptions): Promise<ApplyReport> {
    const prepared = this.#judging(() =>
      prepareChunk(this.#medium, entries, { settings: this.#settings, wantPrev }),
    )
    const { plan, collected } = prepared
    if (plan !== undefined) {
      this.#failIfAsked('state.apply.before', 'apply')
      await this.#guarded(() => this.#medium.write({ ...plan, collected }))
      assert(this.#medium.head === plan.after, 'a medium takes over the head that was written')
      this.#afterWrite()
      this.#waiters.settle(this.#medium.head.applied)
      if (collected.length > 0) {
        notify(() => this.#observer.onCollect?.({ log: this.name, keys: collected.length }))
      }
    }
    return reportOf(prepared, this.#medium.head.applied, this.#medium.durable)
  }

  #afterWrite(): void {
    try {
      this.#failIfAsked('state.apply.after', 'apply')
    } catch (cause) {
      const failure = new WriteFailedError({
        log: this.name,
        operation: 'apply',
        reason: 'injected',
        inDoubt: true,
        cause,
      })
      this.#fail(failure)
      throw failure
    }
  }

  /** Checks and plans: an error that says that this replica cannot go on ends it. */
  #judging<T>(body: () => T): T {
    try {
      return body()
    } catch (error) {
      const isFatal =
        error instanceof UndecodableEntryError ||
        error instanceof DivergenceError ||
        error instanceof CorruptionError ||
        error instanceof FormatVersionError
      if (isFatal) this.#fail(error)
      throw error
    }
  }

  /** Writes: what is not a clean refusal leaves the medium in doubt. */
  async #guarded(body: () => void | Promise<void>): Promise<void> {
    try {
      await body()
    } catch (error) {
      const isClean = error instanceof WriteFailedError && !error.inDoubt
      if (!isClean) this.#fail(error)
      throw error
    }
  }

  #write(operation: string, body: () => void | Promise<void>): Promise<AppliedState> {
    return this.#turns.run(async () => {
      this.#condition.assertOpen(operation)
      await this.#guarded(body)
      return this.#medium.durable
    })
  }

  async #whenOpen<T>(operation: string, body: () => Promise<T>): Promise<T> {
    this.#condition.assertOpen(operation)
    return body()
  }

  #serving(operation: string): StateMedium {
    this.#condition.assertServing(operation)
    return this.#medium
  }

  #reading<T>(body: () => T): T {
    try {
      return body()
    } catch (error) {
      if (error instanceof CorruptionError || error instanceof FormatVersionError) this.#tellCorruption(error)
      throw error
    }
  }

  #fail(error: unknown): void {
    this.#condition.fail(error)
    this.#collector.stop()
    this.#waiters.rejectAll(this.#condition.refusal('wait'))
  }

  #failIfAsked(site: StateSite, operation: string): void {
    failIfAsked(this.#settings.failpoints, site, { log: this.name, operation })
  }

  #stats(): StateStats {
    const { head, durable } = this.#medium
    const { keys, leases } = visibleSize(this.#medium)
    return {
      appliedIndex: head.applied.index,
      durableIndex: durable.index,
      keys,
      leases,
      expiredKeys: this.#medium.counts().keys - keys,
      sizeBytes: this.#medium.sizeBytes(),
      hasFailed: this.state === 'failed',
    }
  }

  #tellApplied({ results, applied }: ApplyReport, durationMs: number): void {
    if (this.#observer.onApply === undefined) return
    const counts = new Map<string, number>()
    for (const { code } of results) counts.set(code, (counts.get(code) ?? 0) + 1)
    const event = { log: this.name, durationMs, appliedIndex: applied.index, results: counts }
    notify(() => this.#observer.onApply?.(event))
  }

  #tellFailed(error: unknown, durationMs: number): void {
    if (error instanceof CorruptionError) this.#tellCorruption(error)
    const reason = error instanceof HoldfastError ? error.reason : 'other'
    notify(() => this.#observer.onApplyFailure?.({ log: this.name, durationMs, reason, error }))
  }

  #tellCorruption(error: Error): void {
    notify(() => this.#observer.onCorruption?.({ log: this.name, error }))
  }
}
