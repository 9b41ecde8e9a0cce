/** Takes a replica's snapshots when they are due, and purges its log behind them: never beyond what is durable elsewhere. */
import { reasonOf } from '../../errors.ts'
import { notify } from '../../observer.ts'
import { failIfAsked } from '../../write-failure.ts'
import type { SnapshotManifest } from '../snapshots/manifest.ts'
import type { StateMachine } from '../state-machine.ts'
import { PurgeRefusedError } from './errors.ts'
import type { ReplicaSettings } from './options.ts'
import type { ReplicatedLog } from './replicated-log.ts'
import type { ReplicaSite } from './sites.ts'
import { SnapshotSchedule } from './snapshot-schedule.ts'

export interface SnapshotKeeperParts {
  readonly log: ReplicatedLog
  readonly machine: StateMachine
  readonly settings: ReplicaSettings
  /** Index of the newest durable snapshot; 0 when there is none. */
  readonly snapshotIndex: number
}

export class SnapshotKeeper {
  readonly #parts: SnapshotKeeperParts
  readonly #schedule: SnapshotSchedule | undefined
  #snapshotIndex: number
  #taking: Promise<SnapshotManifest> | undefined
  #isEnded = false

  constructor(parts: SnapshotKeeperParts) {
    this.#parts = parts
    this.#snapshotIndex = parts.snapshotIndex
    const { snapshots, clock } = parts.settings
    if (snapshots !== false) {
      // The listener is told of a failure; who asks for a snapshot himself is told by the promise.
      this.#schedule = new SnapshotSchedule(snapshots, clock, () => void this.take().catch(() => undefined))
    }
  }

  /** How far the log may be purged now. */
  get coveredIndex(): number {
    const { settings, machine } = this.#parts
    if (settings.purge === 'snapshot') return this.#snapshotIndex
    return Math.max(this.#snapshotIndex, machine.durableApplied().index)
  }

  /** Entries were applied: takes a snapshot if one is due. */
  note(entries: number, bytes: number): void {
    if (!this.#isEnded) this.#schedule?.note(entries, bytes)
  }

  /** Entries through `index` were applied by earlier processes: a node that restarts often must take its snapshots too. */
  noteFound(index: number): void {
    if (index > this.#snapshotIndex) this.note(index - this.#snapshotIndex, 0)
  }

  /** A snapshot of `index` is durable. */
  noteSnapshot(index: number): void {
    this.#snapshotIndex = Math.max(this.#snapshotIndex, index)
  }

  take(): Promise<SnapshotManifest> {
    this.#taking ??= this.#take().finally(() => {
      this.#taking = undefined
      // What was applied meanwhile may be enough for the next one.
      this.note(0, 0)
    })
    return this.#taking
  }

  /** @throws {PurgeRefusedError} */
  purge(index: number | undefined): void {
    const { log, settings } = this.#parts
    const { coveredIndex } = this
    const through = index ?? Math.max(coveredIndex - settings.keepEntries, 0)
    if (through > coveredIndex) throw new PurgeRefusedError(log.name, through, coveredIndex)
    if (through <= log.purgeBoundary.index) return
    this.#failIfAsked('replica.purge.before', 'purge')
    log.purge({ index: through, term: log.term(through) })
    this.#failIfAsked('replica.purge.after', 'purge')
  }

  /** Nothing is begun any more. */
  end(): void {
    this.#isEnded = true
    this.#schedule?.end()
  }

  /** Resolves when none is being taken. */
  async idle(): Promise<void> {
    await this.#taking?.catch(() => undefined)
  }

  async #take(): Promise<SnapshotManifest> {
    const { log, machine, settings } = this.#parts
    const { listener, observer, snapshots } = settings
    try {
      this.#schedule?.restart()
      this.#failIfAsked('replica.snapshot.before', 'take a snapshot')
      const kind = snapshots === false ? 'stream' : (snapshots.kind ?? 'stream')
      const manifest = await machine.createSnapshot({ kind })
      this.#failIfAsked('replica.snapshot.after', 'take a snapshot')
      this.noteSnapshot(manifest.applied.index)
      if (!this.#isEnded) this.purge(undefined)
      notify(() => listener.onSnapshot?.(manifest))
      return manifest
    } catch (error) {
      notify(() => listener.onSnapshotFailure?.(error))
      notify(() => observer.onReplicaSnapshotFailure?.({ log: log.name, reason: reasonOf(error), error }))
      throw error
    }
  }

  #failIfAsked(site: ReplicaSite, operation: string): void {
    const { log, settings } = this.#parts
    failIfAsked(settings.failpoints, site, { log: log.name, operation })
  }
}
