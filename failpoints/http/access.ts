/** Who may use the server. */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { isIP } from 'node:net'

/** Whether `host`, a name or an address, is this machine and no other. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[(.*)\]$/, '$1')
  if (isIP(name) === 4) return name.startsWith('127.')
  return name === 'localhost' || name === '::1'
}

/**
 * Why the request is refused, if it is. With a token, it must be there. Without one, the request must come from a program on this
 * machine: a page in a browser, which may well reach this address, gives itself away by its origin, or by the name that it took.
 */
export function refusalOf(
  headers: IncomingHttpHeaders,
  token: string | undefined,
): { readonly status: 401 | 403; readonly text: string } | undefined {
  if (token !== undefined) {
    const isKnown = hasToken(headers.authorization, token)
    return isKnown ? undefined : { status: 401, text: 'Give the token, as "Authorization: Bearer TOKEN"' }
  }
  const { host = '', origin } = headers
  if (origin === undefined && isLoopback(host.replace(/:\d+$/, ''))) return undefined
  return {
    status: 403,
    text: 'Without a token only programs on this machine are answered, at its own address',
  }
}

/** In a time that tells nothing of where the two differ, nor of how long the token is. */
function hasToken(authorization: string | undefined, token: string): boolean {
  const [, given = ''] = /^Bearer +(\S+)$/i.exec(authorization ?? '') ?? []
  return timingSafeEqual(digest(given), digest(token))
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
