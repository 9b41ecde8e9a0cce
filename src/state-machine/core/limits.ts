/**
 * Limits of format 1. They are constants and not options, so that two replicas cannot disagree on whether a committed command
 * was within them. All are far below what LMDB or a file can hold: a medium never refuses what was committed.
 */
import { membershipBytesMax } from '../../raft/index.ts'

/** The longest key. The shortest has one byte. */
export const keyBytesMax = 1024
export const valueBytesMax: number = 8 * 1024 * 1024
/** About 285 years. */
export const ttlMsMax = 9_000_000_000_000
/** No instant of the replicated clock, and no expiry, is later. */
export const clockMax: number = Number.MAX_SAFE_INTEGER
export { membershipBytesMax }
