/** A state machine in another process, as the suites call one. It answers one call at a time. */
import { LogClosedError } from '../../errors.ts'
import {
  type AppliedState,
  type ApplyEntry,
  type ApplyOptions,
  type ApplyReport,
  type CreateSnapshotRequest,
  type DigestOptions,
  type GetMultiResult,
  type LeaseView,
  type Membership,
  NotServingError,
  type ReadValue,
  type RecoveryInfo,
  type ScanOptions,
  type ScanResult,
  type SnapshotInstall,
  type SnapshotManifest,
  type SnapshotSource,
  type StateDigest,
  type StateMachine,
  type StateMachineOptions,
  type StateMachineState,
  type StateSize,
  type StateView,
} from '../../state-machine/index.ts'
import type { CommandName } from './commands.ts'
import { LineSnapshotInstall, LineSnapshotSource, manifestIn } from './line-snapshots.ts'
import type { StateCommandName } from './state-commands.ts'
import type { StateLink } from './state-link.ts'

interface Waiter {
  readonly index: number
  readonly resolve: (applied: AppliedState) => void
  readonly reject: (error: Error) => void
}

export class LineStateMachine implements StateMachine {
  readonly name: string
  readonly #open: () => StateLink
  readonly #directory: string
  readonly #options: Readonly<Record<string, unknown>>
  #link: StateLink | undefined
  #isClosed = false
  #waiters: Waiter[] = []
  readonly leases: LeaseView

  /** `open` starts its process. */
  constructor(directory: string, options: StateMachineOptions, open: () => StateLink) {
    this.name = options.name ?? 'state-machine'
    this.#open = open
    this.#directory = directory
    this.#options = plainOptions(options)
    this.leases = this.#leaseView()
  }

  get state(): StateMachineState {
    if (this.#isClosed) return 'closed'
    return this.#link === undefined ? 'created' : (this.#position().state as StateMachineState)
  }

  async open(): Promise<RecoveryInfo> {
    if (this.#isClosed) throw new LogClosedError(this.name, 'open')
    this.#link ??= this.#begin()
    const { recovery } = this.#link.ask('recover')
    return recovery as RecoveryInfo
  }

  async start(): Promise<void> {
    if (this.#isClosed) throw new LogClosedError(this.name, 'start')
    this.#link ??= this.#begin()
    this.#link.ask('serve')
  }

  #begin(): StateLink {
    const link = this.#open()
    try {
      link.ask('open', { dir: this.#directory, options: this.#options })
    } catch (error) {
      link.abandon()
      throw error
    }
    return link
  }

  async stop(): Promise<void> {
    this.#ask('unserve')
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#rejectWaiters()
    this.#link?.close()
  }

  abandon(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#rejectWaiters()
    this.#link?.abandon()
  }

  applied(): AppliedState {
    return this.#position().applied
  }

  durableApplied(): AppliedState {
    return this.#position().durableApplied
  }

  membership(): Membership | undefined {
    return this.#position().membership ?? undefined
  }

  async applyChunk(entries: readonly ApplyEntry[], options: ApplyOptions = {}): Promise<ApplyReport> {
    const { report } = this.#ask('apply', { entries, wantPrev: options.wantPrev ?? false })
    this.#tellWaiters()
    return report as ApplyReport
  }

  async waitApplied(index: number, signal?: AbortSignal): Promise<AppliedState> {
    signal?.throwIfAborted()
    const applied = this.applied()
    if (applied.index >= index) return applied
    return await new Promise((resolve, reject) => {
      const waiter: Waiter = { index, resolve, reject }
      this.#waiters.push(waiter)
      signal?.addEventListener('abort', () => {
        this.#waiters = this.#waiters.filter((one) => one !== waiter)
        reject(signal.reason as Error)
      })
    })
  }

  get(key: Uint8Array): ReadValue | undefined {
    return (this.#ask('getKey', { key })['found'] ?? undefined) as ReadValue | undefined
  }

  getMulti(keys: readonly Uint8Array[]): GetMultiResult {
    const { values, at } = this.#ask('getKeys', { keys })['found'] as GetMultiResult
    return { values: values.map((value) => value ?? undefined), at }
  }

  scan(options: ScanOptions): ScanResult {
    return this.#ask('scanKeys', { ...options })['found'] as ScanResult
  }

  view(): StateView {
    const { view, at } = this.#ask('openView')
    const release = (): void => void this.#ask('closeView', { view })
    return {
      at: at as AppliedState,
      get: (key) => (this.#ask('getKey', { key, view })['found'] ?? undefined) as ReadValue | undefined,
      scan: (options) => this.#ask('scanKeys', { ...options, view })['found'] as ScanResult,
      release,
      [Symbol.dispose]: release,
    }
  }

  size(): StateSize {
    return this.#ask('size')['size'] as StateSize
  }

  async createSnapshot({ kind = 'stream', signal }: CreateSnapshotRequest = {}): Promise<SnapshotManifest> {
    signal?.throwIfAborted()
    return manifestIn(this.#ask('createSnapshot', { kind })['manifest'])
  }

  async currentSnapshot(): Promise<SnapshotManifest | undefined> {
    const { manifest } = this.#ask('currentSnapshot')
    return manifest === null ? undefined : manifestIn(manifest)
  }

  async listSnapshots(): Promise<SnapshotManifest[]> {
    return (this.#ask('listSnapshots')['manifests'] as unknown[]).map(manifestIn)
  }

  async openSnapshot(id: string): Promise<SnapshotSource> {
    return new LineSnapshotSource(this.#linked('openSnapshot'), id)
  }

  async beginInstall(manifest: SnapshotManifest): Promise<SnapshotInstall> {
    return new LineSnapshotInstall(this.#linked('beginInstall'), manifest, () => {
      this.#tellWaiters()
      return this.applied()
    })
  }

  async flush(): Promise<AppliedState> {
    this.#ask('flush')
    return this.applied()
  }

  async checkpoint(): Promise<AppliedState> {
    this.#ask('checkpoint')
    return this.applied()
  }

  async reset(): Promise<void> {
    this.#ask('resetState')
  }

  async collectExpired(limit: number): Promise<number> {
    return this.#ask('collectExpired', { limit })['count'] as number
  }

  async digest({ deep = false }: DigestOptions = {}): Promise<StateDigest> {
    return this.#ask('digest', { deep })['digest'] as StateDigest
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #leaseView(): LeaseView {
    const ask = (what: string, fields: object = {}): unknown =>
      (this.#ask('lease', { what, ...fields })['answer'] as { readonly value?: unknown }).value ?? undefined
    const sizeOf = (): number => ask('size') as number
    return {
      get size() {
        return sizeOf()
      },
      nextExpiry: () => ask('nextExpiry') as number | undefined,
      expireAt: (key) => ask('expireAt', { key }) as number | undefined,
      isExpired: (key) => ask('isExpired', { key }) as boolean,
      mayHaveExpired: () => ask('mayHaveExpired') as boolean,
      expired: (limit) => ask('expired', { limit }) as Uint8Array[],
    }
  }

  #position() {
    return this.#ask('position') as unknown as {
      readonly state: string
      readonly applied: AppliedState
      readonly durableApplied: AppliedState
      readonly membership: Membership | null
    }
  }

  #ask(command: StateCommandName | CommandName, fields: object = {}) {
    return this.#linked(command).ask(command, fields as Readonly<Record<string, unknown>>)
  }

  #linked(operation: string): StateLink {
    if (this.#isClosed) throw new LogClosedError(this.name, operation)
    if (this.#link === undefined) throw new NotServingError(this.name, operation, 'created')
    return this.#link
  }

  #tellWaiters(): void {
    if (this.#waiters.length === 0) return
    const applied = this.applied()
    const done = this.#waiters.filter(({ index }) => index <= applied.index)
    this.#waiters = this.#waiters.filter(({ index }) => index > applied.index)
    for (const { resolve } of done) resolve(applied)
  }

  #rejectWaiters(): void {
    for (const { reject } of this.#waiters.splice(0)) reject(new LogClosedError(this.name, 'wait'))
  }
}

/** Those that are no functions and no objects of this process. */
function plainOptions(options: StateMachineOptions): Readonly<Record<string, unknown>> {
  const { name, clusterId, isTtlEnabled, chunkLimits, collectPerApply, viewAgeMaxMs, snapshotsKept } = options
  return { name, clusterId, isTtlEnabled, chunkLimits, collectPerApply, viewAgeMaxMs, snapshotsKept }
}
