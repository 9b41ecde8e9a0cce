/** A new state out of an image, beside the present one. */
import { FormatVersionError, SnapshotError } from '../../errors.ts'
import { TimeSlice } from '../../time-slice.ts'
import { decodeState, StreamDefectError } from '../canonical/decode-state.ts'
import type { Membership, StateFormat, StateHead, StoredCounts } from '../core/values.ts'
import type { ImageContent, StateBuilder, StateMedium } from '../medium.ts'
import type { InstallDirectory } from './install-directory.ts'
import type { SnapshotManifest } from './manifest.ts'
import { snapshotMismatch } from './manifest-codec.ts'

/**
 * Builds the state of the image in `directory`, complete and durable, and not in use yet.
 * @throws {SnapshotError} `corrupt`, `incomplete`: the image is damaged; `mismatch`: it is not what the manifest says
 * @throws {WriteFailedError}
 */
export async function buildState(medium: StateMedium, directory: InstallDirectory): Promise<StateBuilder> {
  const { manifest } = directory
  return manifest.kind === 'stream' ? fromStream(medium, directory) : fromNative(medium, directory)
}

async function fromNative(
  medium: StateMedium,
  { manifest, imagePath }: InstallDirectory,
): Promise<StateBuilder> {
  const { native } = medium
  if (native?.kind !== manifest.kind) throw snapshotMismatch(manifest.id, `its kind is ${manifest.kind}`)
  const builder = await native.build(imagePath)
  return discardingOnError(builder, async () => {
    checkContent(manifest, builder)
    await builder.finish(builder.head)
  })
}

async function fromStream(medium: StateMedium, directory: InstallDirectory): Promise<StateBuilder> {
  const builder = await medium.build()
  return discardingOnError(builder, async () => {
    const content = await addStream(builder, directory)
    checkContent(directory.manifest, content)
    await builder.finish(content.head)
  })
}

async function addStream(builder: StateBuilder, directory: InstallDirectory): Promise<ImageContent> {
  const { id } = directory.manifest
  let header: (Pick<ImageContent, 'format'> & Pick<StateHead, 'applied'>) | undefined
  let membership: Membership | undefined
  const slice = new TimeSlice()
  try {
    for await (const part of decodeState(directory.blocks())) {
      if (slice.isOver) await slice.next()
      if (part.kind === 'header') header = part
      if (part.kind === 'rows') await builder.add(part.rows)
      if (part.kind === 'membership') membership = part.membership
      if (part.kind === 'footer' && header !== undefined) {
        const head = Object.freeze({ applied: header.applied, membership })
        return { head, format: header.format, counts: part.counts }
      }
    }
  } catch (error) {
    throw asSnapshotError(id, error)
  }
  throw asSnapshotError(id, new StreamDefectError('incomplete', 'an early end'))
}

async function discardingOnError(builder: StateBuilder, body: () => Promise<void>): Promise<StateBuilder> {
  try {
    await body()
    return builder
  } catch (error) {
    await builder.discard()
    throw error
  }
}

/** @throws {SnapshotError} `mismatch`: the label is not that of the content */
function checkContent(manifest: SnapshotManifest, { head, format, counts }: ImageContent): void {
  const said = labelOf(manifest, manifest, manifest)
  const found = labelOf(head, format, { counts })
  if (said !== found) throw snapshotMismatch(manifest.id, `its manifest says ${said}, and in it is ${found}`)
}

function labelOf(
  { applied, membership }: StateHead,
  { clusterId, isTtlEnabled }: StateFormat,
  { counts }: { readonly counts: StoredCounts },
): string {
  const { index, term, clock, chain } = applied
  const member = membership && [
    membership.at.index,
    membership.at.term,
    Buffer.from(membership.bytes).toString('base64'),
  ]
  const { keys, leases, bytes } = counts
  return JSON.stringify([index, term, clock, chain, member, clusterId, isTtlEnabled, keys, leases, bytes])
}

function asSnapshotError(id: string, error: unknown): unknown {
  if (!(error instanceof StreamDefectError)) return error
  if (error.kind === 'version') return new FormatVersionError(id, 2, 1, 'the canonical stream')
  const message = `Cannot use snapshot ${id}: its image has ${error.message}; fetch another`
  return new SnapshotError({ snapshot: id, kind: error.kind }, message, { cause: error })
}
