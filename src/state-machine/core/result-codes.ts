/**
 * What became of an entry. Their places in this list are stored and part of the rolling checksum: new ones go to the end. The two
 * after `ALREADY_APPLIED` are kept for exactly-once sessions, which are not built yet.
 */
export const resultCodes = [
  'OK',
  'CAS_MISMATCH',
  'NOT_FOUND',
  'ALREADY_APPLIED',
  'DUPLICATE',
  'SESSION_EXPIRED',
  'KEY_EMPTY',
  'KEY_TOO_LONG',
  'VALUE_TOO_LARGE',
  'TTL_INVALID',
  'TTL_DISABLED',
] as const

export type ResultCode = (typeof resultCodes)[number]
