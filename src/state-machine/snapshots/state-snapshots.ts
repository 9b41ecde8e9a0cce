/** Snapshots of one state machine: made, listed, read, received, put in use. One is made, and one is received, at a time. */
import { join } from 'node:path'
import { HoldfastError, SnapshotError, WriteFailedError } from '../../errors.ts'
import { notify, type StoreObserver } from '../../observer.ts'
import { SnapshotStore, type UnusableSnapshot } from '../../raft/index.ts'
import { failIfAsked } from '../../write-failure.ts'
import { type AppliedState, emptyHead } from '../core/values.ts'
import { Mark } from '../mark.ts'
import type { StateBuilder, StateMedium } from '../medium.ts'
import type { StateSite } from '../sites.ts'
import type { CreateSnapshotRequest } from '../state-machine.ts'
import type { StateMachineSettings } from '../stored/options.ts'
import type { Turns } from '../stored/turns.ts'
import { buildState } from './build-state.ts'
import { checkFits } from './check-fits.ts'
import { InstallDirectory } from './install-directory.ts'
import { installedAlready } from './installed-already.ts'
import type { SnapshotInstall, SnapshotManifest, SnapshotSource } from './manifest.ts'
import { checkManifest, snapshotMismatch } from './manifest-codec.ts'
import { openImage, readManifest } from './read-image.ts'
import { StoredInstall } from './stored-install.ts'
import { takeNative, takeStream } from './take-image.ts'
import { writeImage } from './write-image.ts'

export interface SnapshotsParts {
  readonly medium: StateMedium
  readonly settings: StateMachineSettings
  readonly observer: StoreObserver
  readonly turns: Turns
  /** The state machine cannot go on. */
  readonly fail: (error: unknown) => void
  /** A whole new state is in use. */
  readonly onReplaced: () => void
}

export class StateSnapshots {
  readonly #parts: SnapshotsParts
  /** From before the empty state is in use until the old snapshots are gone: none of a state that was given up stays. */
  readonly #resetMark: Mark
  #store: SnapshotStore | undefined
  #creating: Promise<SnapshotManifest> | undefined
  #install: StoredInstall | undefined
  #committing: Promise<unknown> = Promise.resolve()
  readonly #closing = new AbortController()

  constructor(parts: SnapshotsParts) {
    this.#parts = parts
    this.#resetMark = new Mark(parts.medium.directory, 'reset')
  }

  /** Opens the store, and ends a reset that a crash cut short. Returns what cannot be used. */
  async recover(): Promise<readonly UnusableSnapshot[]> {
    const { medium, settings, observer } = this.#parts
    const { failpoints } = settings
    this.#store =
      settings.snapshots ??
      SnapshotStore.open(join(medium.directory, 'snapshots'), { name: medium.name, observer, failpoints })
    if (this.#resetMark.isSet) this.#endReset()
    return this.#store.unusable()
  }

  create(request: CreateSnapshotRequest): Promise<SnapshotManifest> {
    if (this.#creating !== undefined) {
      const message = 'Cannot create a snapshot: another is being made; wait for it, or abort it'
      throw new SnapshotError({ snapshot: undefined, kind: 'inProgress' }, message)
    }
    this.#creating = this.#create(request).finally(() => {
      this.#creating = undefined
    })
    return this.#creating
  }

  /** Newest first, those whose manifest can be read. */
  async list(): Promise<SnapshotManifest[]> {
    const store = this.#opened()
    const manifests: SnapshotManifest[] = []
    for (const { id } of store.list()) {
      try {
        manifests.push(await readManifest(store, id))
      } catch (error) {
        if (!(error instanceof HoldfastError)) throw error
      }
    }
    return manifests
  }

  open(id: string): Promise<SnapshotSource> {
    return openImage(this.#opened(), id)
  }

  async beginInstall(manifest: SnapshotManifest): Promise<SnapshotInstall> {
    checkManifest(manifest)
    checkFits(this.#parts.medium, manifest)
    const { applied } = this.#parts.medium.head
    if (manifest.applied.index === applied.index) return installedAlready(manifest, applied)
    if (this.#install !== undefined) {
      const message = `Cannot install snapshot ${manifest.id}: another is being received; commit or abort it first`
      throw new SnapshotError({ snapshot: manifest.id, kind: 'inProgress' }, message)
    }
    const directory = this.#openInstallDirectory(manifest)
    const install = new StoredInstall(directory, await directory.findBlocks(), {
      name: this.#parts.medium.name,
      beforeBlock: () => this.#failIfAsked('state.install.block', 'install a snapshot'),
      putInUse: (received, signal) => {
        const committing = this.#putInUse(received, signal)
        this.#committing = committing.catch(() => undefined)
        return committing
      },
      onEnd: () => {
        this.#install = undefined
      },
    })
    this.#install = install
    return install
  }

  /** Puts an empty state in the place of the present one. To be called in a turn. */
  async reset(): Promise<void> {
    const { medium } = this.#parts
    const builder = await medium.build()
    try {
      await builder.finish(emptyHead)
      this.#failIfAsked('state.reset.publish', 'reset')
      this.#resetMark.set()
    } catch (error) {
      await builder.discard()
      throw error
    }
    await builder.publish()
    this.#endReset()
    this.#parts.onReplaced()
  }

  close(): void {
    this.#closing.abort(
      new SnapshotError({ snapshot: undefined, kind: 'closed' }, 'The state machine was closed'),
    )
    if (this.#parts.settings.snapshots === undefined) this.#store?.close()
  }

  /** Resolves when nothing of this is at work any more. */
  async idle(): Promise<void> {
    await this.#creating?.catch(() => undefined)
    await this.#committing
    await this.#install?.leave()
  }

  async #create(request: CreateSnapshotRequest): Promise<SnapshotManifest> {
    const manifest = await this.#writeImage(request)
    await this.#removeOld()
    return manifest
  }

  async #writeImage({ kind = 'stream', signal }: CreateSnapshotRequest): Promise<SnapshotManifest> {
    const { medium } = this.#parts
    const store = this.#opened()
    signal?.throwIfAborted()
    this.#failIfAsked('state.snapshot.begin', 'create a snapshot')
    const until = AbortSignal.any([this.#closing.signal, ...(signal === undefined ? [] : [signal])])
    const image = kind === 'stream' ? takeStream(medium) : takeNative(medium)
    try {
      return await writeImage({
        ...image,
        store,
        operation: 'create',
        onWritten: () => this.#failIfAsked('state.snapshot.written', 'create a snapshot'),
        signal: until,
      })
    } finally {
      image.release()
    }
  }

  async #putInUse(received: InstallDirectory, signal: AbortSignal | undefined): Promise<AppliedState> {
    const startedAt = performance.now()
    const { medium, observer } = this.#parts
    const { name } = medium
    try {
      const applied = await this.#installVerified(received, signal)
      const durationMs = performance.now() - startedAt
      notify(() => observer.onInstall?.({ log: name, durationMs, bytes: received.manifest.bytes }))
      return applied
    } catch (error) {
      const reason = error instanceof HoldfastError ? error.reason : 'other'
      notify(() => observer.onInstallFailure?.({ log: name, reason, error }))
      throw error
    }
  }

  async #installVerified(received: InstallDirectory, signal: AbortSignal | undefined): Promise<AppliedState> {
    const { medium, turns } = this.#parts
    const until = AbortSignal.any([this.#closing.signal, ...(signal === undefined ? [] : [signal])])
    this.#failIfAsked('state.install.verify', 'install a snapshot')
    await received.sync()
    this.#failIfAsked('state.install.build', 'install a snapshot')
    const builder = await buildState(medium, received)
    try {
      await this.#keep(received, until)
      until.throwIfAborted()
      return await turns.run(() => this.#publish(builder, received.manifest))
    } finally {
      await builder.discard()
      await this.#removeOld()
    }
  }

  /** Old snapshots that cannot be removed do no harm: the store tells its observer, and the next time they are tried again. */
  async #removeOld(): Promise<void> {
    try {
      await this.#store?.retainLater(this.#parts.settings.snapshotsKept)
    } catch (error) {
      if (!(error instanceof HoldfastError)) throw error
    }
  }

  /** Makes what was received one of this node's own snapshots. */
  #keep(received: InstallDirectory, signal: AbortSignal): Promise<SnapshotManifest> {
    const { manifest } = received
    return writeImage({
      store: this.#opened(),
      label: manifest,
      operation: 'install',
      pieces: received.blocks(),
      counts: () => manifest.counts,
      onWritten: (written) => {
        if (written.root !== manifest.root)
          throw snapshotMismatch(manifest.id, 'what was received has changed')
      },
      signal,
    })
  }

  async #publish(builder: StateBuilder, manifest: SnapshotManifest): Promise<AppliedState> {
    const { medium, fail, onReplaced } = this.#parts
    this.#closing.signal.throwIfAborted()
    // Chunks were applied meanwhile.
    checkFits(this.#parts.medium, manifest)
    if (manifest.applied.index === medium.head.applied.index) return medium.head.applied
    this.#failIfAsked('state.install.publish', 'install a snapshot')
    try {
      await builder.publish()
    } catch (error) {
      if (!(error instanceof WriteFailedError) || error.inDoubt) fail(error)
      throw error
    }
    onReplaced()
    return medium.head.applied
  }

  #openInstallDirectory(manifest: SnapshotManifest): InstallDirectory {
    return new InstallDirectory(join(this.#parts.medium.directory, 'install'), manifest)
  }

  /** After the empty state is in use, or after it is known that it never was. */
  #endReset(): void {
    const store = this.#opened()
    if (this.#parts.medium.head.applied.index === 0) {
      for (const { id } of [...store.list(), ...store.unusable()]) store.remove(id)
    }
    this.#resetMark.clear()
  }

  #opened(): SnapshotStore {
    if (this.#store === undefined) throw new Error('snapshots are asked for before they were opened')
    return this.#store
  }

  #failIfAsked(site: StateSite, operation: string): void {
    const { settings, medium } = this.#parts
    failIfAsked(settings.failpoints, site, { log: medium.name, operation })
  }
}
