/** Images of the present state, ready to be written into the store. */
import { InvalidArgumentError } from '../../errors.ts'
import { encodeStateInTurns } from '../canonical/encode-state.ts'
import { noCounts, type StoredCounts } from '../core/values.ts'
import type { StateMedium } from '../medium.ts'
import type { ImageWriting } from './write-image.ts'

export interface TakenImage extends Pick<ImageWriting, 'label' | 'pieces' | 'counts'> {
  /** Twice is fine. */
  release(): void
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
    pieces: encodeStateInTurns(pin, medium.format, onFooter),
    counts: () => counts,
    release: () => pin.release(),
  }
}

/** The medium's own files, as of this moment. */
export function takeNative({ name, native }: StateMedium): TakenImage {
  if (native === undefined) {
    throw new InvalidArgumentError(
      'kind',
      `State machine "${name}" has no native snapshots: make one of kind stream`,
    )
  }
  const { head, format, counts, pieces, release } = native.take()
  return { label: { kind: native.kind, ...format, ...head }, pieces, counts: () => counts, release }
}
