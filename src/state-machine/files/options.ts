/** What a state machine on files can be told. */
import type { FailpointRegistry } from '../../../failpoints/index.ts'
import { show } from '../../arguments.ts'
import { InvalidArgumentError } from '../../errors.ts'

/**
 * When effects are synced: each chunk before it is answered (`always`), now and then, or only by `flush`, `stop` and checkpoints
 * (`never`). The weaker two lose, in a loss of power, what was applied since: `durableApplied` says how far it is safe to trim the
 * log. None of them loses anything when only the process dies.
 */
export type SyncPolicy = 'always' | { readonly everyMs: number } | 'never'

/** A checkpoint was written, or could not be: then the log of effects goes on, and the next one tries again. */
export interface CheckpointEvent {
  readonly durationMs: number
  /** 0 when it failed. */
  readonly bytes: number
  readonly error?: unknown
}

export interface FilesOptions {
  /** Default `always`. */
  readonly sync?: SyncPolicy | undefined
  /** Entries after which a checkpoint is written. Default 1,000. */
  readonly checkpointEntries?: number | undefined
  /** How long an entry may wait for a checkpoint, in milliseconds; `Infinity`: for ever. Default 10,000. */
  readonly checkpointAgeMs?: number | undefined
  /**
   * Bytes of log for each byte of the last checkpoint before the thresholds count, so that a large state is not written again and
   * again for little. 0: the thresholds alone count. Default 1.
   */
  readonly checkpointRatio?: number | undefined
  /** Size at which a segment of the log ends. Default 16 MiB. */
  readonly segmentBytes?: number | undefined
  /** Go on without an owner lock where this host has none: you promise by other means that there is one owner. Default false. */
  readonly allowUnlocked?: boolean | undefined
  readonly onCheckpoint?: ((event: CheckpointEvent) => void) | undefined
}

export interface FilesPlace {
  /** In errors and metrics. */
  readonly name: string
  readonly directory: string
  readonly failpoints?: FailpointRegistry | undefined
}

/** With every default in its place. */
export type FilesSettings = Required<{
  readonly [K in keyof Omit<FilesOptions, 'onCheckpoint'>]: NonNullable<FilesOptions[K]>
}> &
  Pick<FilesOptions, 'onCheckpoint'>

/** @throws {InvalidArgumentError} an option is out of its range */
export function settingsOf(options: FilesOptions): FilesSettings {
  const settings = {
    sync: options.sync ?? 'always',
    checkpointEntries: options.checkpointEntries ?? 1000,
    checkpointAgeMs: options.checkpointAgeMs ?? 10_000,
    checkpointRatio: options.checkpointRatio ?? 1,
    segmentBytes: options.segmentBytes ?? 16 * 1024 * 1024,
    allowUnlocked: options.allowUnlocked ?? false,
    onCheckpoint: options.onCheckpoint,
  }
  checkSync(settings.sync)
  check('checkpointEntries', settings.checkpointEntries, 1)
  check('checkpointAgeMs', settings.checkpointAgeMs, 1)
  check('checkpointRatio', settings.checkpointRatio, 0)
  check('segmentBytes', settings.segmentBytes, 1)
  return settings
}

function checkSync(sync: unknown): void {
  if (sync === 'always' || sync === 'never') return
  if (typeof sync === 'object' && sync !== null && 'everyMs' in sync) {
    check('sync.everyMs', sync.everyMs, 1)
    return
  }
  throw new InvalidArgumentError('sync', `Cannot sync ${show(sync)}: give 'always', 'never' or { everyMs }`)
}

function check(argument: string, value: unknown, least: number): void {
  if (typeof value === 'number' && value >= least) return
  throw new InvalidArgumentError(argument, `Cannot use ${show(value)} as ${argument}: give ${least} or more`)
}
