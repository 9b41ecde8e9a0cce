/** Both ends of a snapshot's way, of a state machine behind the line protocol. */
import type {
  AppliedState,
  SnapshotBlock,
  SnapshotInstall,
  SnapshotManifest,
  SnapshotSource,
} from '../../state-machine/index.ts'
import type { StateLink } from './state-link.ts'

/** What is not there is `undefined` in it, and not missing. */
export function manifestIn(value: unknown): SnapshotManifest {
  const manifest = value as SnapshotManifest
  return { ...manifest, membership: manifest.membership ?? undefined }
}

export class LineSnapshotSource implements SnapshotSource {
  readonly manifest: SnapshotManifest
  readonly #link: StateLink
  readonly #source: number

  constructor(link: StateLink, snapshot: string) {
    const { source, manifest } = link.ask('openSnapshot', { snapshot })
    this.#link = link
    this.#source = source as number
    this.manifest = manifestIn(manifest)
  }

  async *blocks(from = 0): AsyncGenerator<SnapshotBlock, undefined> {
    for (let block = from; block < this.manifest.checksums.length; block++) {
      const { bytes, checksum } = this.#link.ask('readBlock', { source: this.#source, block })
      yield { block, bytes: bytes as Uint8Array, checksum: checksum as number }
    }
  }

  async close(): Promise<void> {
    this.#link.ask('closeSnapshot', { source: this.#source })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}

export class LineSnapshotInstall implements SnapshotInstall {
  readonly #link: StateLink
  readonly #install: number
  readonly #onCommit: () => AppliedState

  constructor(link: StateLink, manifest: SnapshotManifest, onCommit: () => AppliedState) {
    this.#link = link
    this.#onCommit = onCommit
    this.#install = link.ask('beginInstall', { manifest })['install'] as number
  }

  have(): ReadonlySet<number> {
    return new Set(this.#link.ask('haveBlocks', { install: this.#install })['blocks'] as number[])
  }

  async write(block: number, bytes: Uint8Array): Promise<void> {
    this.#link.ask('writeBlock', { install: this.#install, block, bytes })
  }

  async commit(signal?: AbortSignal): Promise<AppliedState> {
    signal?.throwIfAborted()
    this.#link.ask('commitInstall', { install: this.#install })
    return this.#onCommit()
  }

  async abort(): Promise<void> {
    this.#link.ask('abortInstall', { install: this.#install })
  }
}
