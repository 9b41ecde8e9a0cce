/** The receiving end of a snapshot's way. */
import { checkIndex, show } from '../../arguments.ts'
import { crc32 } from '../../codec/index.ts'
import { HoldfastError, InvalidArgumentError, SnapshotError, WriteFailedError } from '../../errors.ts'
import { classifyWriteFailure } from '../../write-failure.ts'
import type { AppliedState } from '../core/values.ts'
import type { InstallDirectory } from './install-directory.ts'
import type { SnapshotInstall } from './manifest.ts'
import { blockLength } from './manifest-codec.ts'

export interface InstallSteps {
  readonly name: string
  /** May throw, to fail the block. */
  readonly beforeBlock: () => void
  /** Puts what was received, and is known to be whole, in use. */
  readonly putInUse: (directory: InstallDirectory, signal: AbortSignal | undefined) => Promise<AppliedState>
  readonly onEnd: () => void
}

export class StoredInstall implements SnapshotInstall {
  readonly #directory: InstallDirectory
  readonly #have: Set<number>
  readonly #steps: InstallSteps
  #isEnded = false

  constructor(directory: InstallDirectory, have: Set<number>, steps: InstallSteps) {
    this.#directory = directory
    this.#have = have
    this.#steps = steps
  }

  have(): ReadonlySet<number> {
    return new Set(this.#have)
  }

  async write(block: number, bytes: Uint8Array): Promise<void> {
    this.#assertGoesOn()
    this.#checkBlock(block, bytes)
    await this.#asWriteFailure(async () => {
      this.#steps.beforeBlock()
      await this.#directory.writeBlock(block, bytes)
    })
    this.#have.add(block)
  }

  async commit(signal?: AbortSignal): Promise<AppliedState> {
    this.#assertGoesOn()
    signal?.throwIfAborted()
    await this.#assertComplete()
    const applied = await this.#asWriteFailure(() => this.#steps.putInUse(this.#directory, signal))
    await this.#end()
    return applied
  }

  async abort(): Promise<void> {
    if (!this.#isEnded) await this.#end()
  }

  /** Gives it up and leaves what was received where it is. */
  async leave(): Promise<void> {
    if (this.#isEnded) return
    this.#isEnded = true
    await this.#directory.close()
    this.#steps.onEnd()
  }

  /** Whether what is there is still right: it was written, and perhaps by an earlier process. */
  async #assertComplete(): Promise<void> {
    const { checksums, id } = this.#directory.manifest
    for await (const { block, isRight } of this.#directory.check()) {
      if (this.#have.has(block) && isRight) continue
      this.#have.delete(block)
      const message = `Cannot install snapshot ${id}: block ${block} of ${checksums.length} is missing; write it, and commit again`
      throw new SnapshotError({ snapshot: id, kind: 'incomplete' }, message)
    }
  }

  #checkBlock(block: number, bytes: Uint8Array): void {
    const { id, checksums, bytes: imageBytes } = this.#directory.manifest
    checkIndex('block', block)
    if (!(bytes instanceof Uint8Array) || block >= checksums.length) {
      throw new InvalidArgumentError(
        'block',
        `Cannot take block ${block} of ${checksums.length}, ${show(bytes)}`,
      )
    }
    const isRight = bytes.length === blockLength(imageBytes, block) && crc32(bytes, 0) === checksums[block]
    if (isRight) return
    const message = `Cannot take block ${block} of snapshot ${id}: it is not what the manifest says; fetch it again`
    throw new SnapshotError({ snapshot: id, kind: 'corrupt' }, message)
  }

  #assertGoesOn(): void {
    if (!this.#isEnded) return
    const { id } = this.#directory.manifest
    const message = `Cannot go on with snapshot ${id}: its installation has ended; begin another`
    throw new SnapshotError({ snapshot: id, kind: 'closed' }, message)
  }

  async #end(): Promise<void> {
    this.#isEnded = true
    await this.#directory.remove()
    this.#steps.onEnd()
  }

  async #asWriteFailure<T>(body: () => Promise<T>): Promise<T> {
    try {
      return await body()
    } catch (cause) {
      if (isVerdict(cause)) await this.#end()
      const failure = cause instanceof HoldfastError ? undefined : classifyWriteFailure(cause)
      if (failure === undefined) throw cause
      const { reason } = failure
      throw new WriteFailedError({
        log: this.#steps.name,
        operation: 'install a snapshot',
        reason,
        inDoubt: false,
        cause,
      })
    }
  }
}

/** Whether `error` says that what was received will never do. */
function isVerdict(error: unknown): boolean {
  return error instanceof SnapshotError && ['corrupt', 'mismatch', 'stale'].includes(error.kind)
}
