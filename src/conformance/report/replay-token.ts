/**
 * A failure in one word, which makes exactly that failing case again on another machine:
 *
 *     hf1:1.0.0:the%20LMDB%20store:sweep:SWEEP-PAXOS-FAIL:1736802457:3,0.5:1k2x9
 *
 * its own version, that of the suites, the adapter, the suite, the case, the seed, what the suite needs beyond the seed, and a
 * checksum, because words are typed and cut off. It has no character that a shell would take for its own.
 */
import { crc32 } from 'node:zlib'
import { ReplayTokenError, type ReplayTokenErrorFields } from './replay-token-error.ts'

export interface ReplayToken {
  /** Of the suites: another one makes other histories of the same seed. */
  readonly suiteVersion: string
  /** The adapter's name. */
  readonly adapter: string
  readonly suite: string
  readonly caseId: string
  /** 0 to 2^32 - 1. */
  readonly seed: number
  /** What the suite needs beyond the seed, in its own words: a path of choices, a point of a sweep. May be empty. */
  readonly path: string
}

const prefix = 'hf'
const format = '1'

export function encodeToken(token: ReplayToken): string {
  const { suiteVersion, adapter, suite, caseId, seed, path } = token
  const parts = [suiteVersion, adapter, suite, caseId, String(seed), path]
  const body = [`${prefix}${format}`, ...parts.map(quote)].join(':')
  return `${body}:${checksum(body)}`
}

/** Whether `text` means to be one: the name of a recording begins otherwise. */
export function isReplayToken(text: string): boolean {
  return /^hf\d+:/.test(text.trim())
}

/** @throws {ReplayTokenError} it is no token, or one of another version of tokens */
export function decodeToken(text: string): ReplayToken {
  const trimmed = text.trim()
  const [head = '', ...rest] = trimmed.split(':')
  if (/^hf\d+$/.test(head) && head !== `${prefix}${format}`) {
    throw refused(
      'version',
      `it is of version ${head.slice(prefix.length)}, and this reads version ${format}`,
      {
        expected: format,
        found: head.slice(prefix.length),
      },
    )
  }
  const given = rest.pop()
  const [suiteVersion, adapter, suite, caseId, seed, path] = rest.map(unquote)
  const isWhole = head === `${prefix}${format}` && rest.length === 6 && given !== undefined
  if (!isWhole) throw refused('form', 'it is no token, or a part of one: copy all of it')
  if (given !== checksum([head, ...rest].join(':'))) {
    throw refused('form', 'its checksum is wrong: copy it again, all of it')
  }
  return {
    suiteVersion: suiteVersion ?? '',
    adapter: adapter ?? '',
    suite: suite ?? '',
    caseId: caseId ?? '',
    seed: Number(seed),
    path: path ?? '',
  }
}

/** @throws {ReplayTokenError} the token was made with other suites, or with another adapter */
export function assertReplayable(
  token: ReplayToken,
  here: { readonly suiteVersion: string; readonly adapter: string },
): void {
  if (token.suiteVersion !== here.suiteVersion) {
    throw refused(
      'suite-version',
      `it was made by the suites of version ${token.suiteVersion}, and these are ${here.suiteVersion}, which make other ` +
        'histories: install the Holdfast that made it',
      { expected: here.suiteVersion, found: token.suiteVersion },
    )
  }
  if (token.adapter === here.adapter) return
  throw refused(
    'adapter',
    `it is of the adapter "${token.adapter}", and this is "${here.adapter}": give that one with --adapter`,
    { expected: here.adapter, found: token.adapter },
  )
}

function refused(
  kind: ReplayTokenErrorFields['kind'],
  why: string,
  about: Omit<ReplayTokenErrorFields, 'kind'> = {},
): ReplayTokenError {
  return new ReplayTokenError({ kind, ...about }, `Cannot replay this token: ${why}`)
}

/** Letters, digits and `,.@=_-` as they are, and everything else by its bytes. */
function quote(text: string): string {
  return Array.from(new TextEncoder().encode(text), (byte) => {
    const character = String.fromCharCode(byte)
    return /[A-Za-z0-9,.@=_-]/.test(character) ? character : `%${byte.toString(16).padStart(2, '0')}`
  }).join('')
}

function unquote(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch (cause) {
    throw new ReplayTokenError({ kind: 'form' }, `Cannot replay this token: "${text}" is not a part of one`, {
      cause,
    })
  }
}

function checksum(body: string): string {
  return crc32(body).toString(36)
}
