/** Images of the present state, ready to be written into the store. */
import { open, rm } from 'node:fs/promises'
import { InvalidArgumentError } from '../../errors.ts'
import { encodeState } from '../canonical/encode-state.ts'
import { noCounts, type StoredCounts } from '../core/values.ts'
import type { StateMedium } from '../medium.ts'
import { blockBytes } from './manifest.ts'
import type { ImageWriting } from './write-image.ts'

export interface TakenImage extends Pick<ImageWriting, 'label' | 'pieces' | 'counts'> {
  /** Twice is fine. */
  release(): void | Promise<void>
}

/** The canonical stream of this moment. */
export function takeStream(medium: StateMedium): TakenImage {
  const pin = medium.pin()
  let counts: StoredCounts = noCounts
  const onFooter = (found: StoredCounts): void => {
    counts = found
  }
  return {
    label: { kind: 'stream', ...medium.format, ...pin.head },
    pieces: encodeState(pin, medium.format, onFooter),
    counts: () => counts,
    release: () => pin.release(),
  }
}

/** A copy of the medium's own files, made aside in `directory`; what it is of is read from the copy. */
export async function takeNative(medium: StateMedium, directory: string): Promise<TakenImage> {
  const { native } = medium
  if (native === undefined) {
    throw new InvalidArgumentError(
      'kind',
      `State machine "${medium.name}" has no native snapshots: make one of kind stream`,
    )
  }
  const release = (): Promise<void> => rm(directory, { recursive: true, force: true })
  try {
    await release()
    const path = await native.copy(directory)
    const { head, format, counts } = native.inspect(path)
    return {
      label: { kind: native.kind, ...format, ...head },
      pieces: piecesOf(path),
      counts: () => counts,
      release,
    }
  } catch (error) {
    await release()
    throw error
  }
}

async function* piecesOf(path: string): AsyncGenerator<Uint8Array, void, undefined> {
  const file = await open(path)
  try {
    for (;;) {
      // Memory of its own: the writer keeps it until it is written.
      const buffer = Buffer.allocUnsafeSlow(blockBytes)
      const { bytesRead } = await file.read(buffer, 0, blockBytes)
      if (bytesRead === 0) return
      yield buffer.subarray(0, bytesRead)
    }
  } finally {
    await file.close()
  }
}
