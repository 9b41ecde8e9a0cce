/** What each request is answered. */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { FailpointRegistryError, FailpointUnknownSiteError } from '../errors.ts'
import type { FailpointRegistry, FailpointSiteStatus } from '../registry.ts'
import { refusalOf } from './access.ts'

/** Actions are short; nobody needs more. */
const bodyBytesMax = 64 * 1024

export function createHandler(registry: FailpointRegistry, token: string | undefined): RequestListener {
  return (request, response) => {
    const refusal = refusalOf(request.headers, token)
    const answered =
      refusal === undefined ? answer(registry, request) : Promise.resolve({ ...refusal, challenge: true })
    answered.then(
      (one) => send(response, one),
      // The connection ended in the middle of the request: nobody is there to be told.
      () => response.destroy(),
    )
  }
}

interface Answer {
  readonly status: number
  readonly text?: string
  readonly json?: unknown
  /** Methods that the path has. */
  readonly allow?: string
  readonly challenge?: boolean
}

async function answer(registry: FailpointRegistry, request: IncomingMessage): Promise<Answer> {
  const place = placeOf(request.url ?? '/')
  if (place === undefined) return { status: 400, text: 'The path cannot be decoded' }
  const body = await bodyOf(request)
  if (body === undefined) return { status: 413, text: `Actions have ${bodyBytesMax} bytes at most` }
  try {
    return respond(registry, request, { ...place, body })
  } catch (error) {
    if (error instanceof FailpointUnknownSiteError) return { status: 404, text: error.message }
    if (error instanceof FailpointRegistryError) return { status: 400, text: error.message }
    throw error
  }
}

interface Place {
  /** Empty: all of them. */
  readonly site: string
  readonly isCount: boolean
}

function placeOf(url: string): Place | undefined {
  const [path = ''] = url.split('?')
  const [, site = '', last, ...rest] = path.split('/')
  if (rest.length > 0 || (last !== undefined && last !== 'count')) return undefined
  try {
    return { site: decodeURIComponent(site), isCount: last === 'count' }
  } catch {
    return undefined
  }
}

function respond(
  registry: FailpointRegistry,
  { method, headers }: IncomingMessage,
  { site, isCount, body }: Place & { readonly body: string },
): Answer {
  const wantsJson = headers.accept?.includes('application/json') ?? false
  if (site === '' && !isCount) {
    if (method !== 'GET') return { status: 405, allow: 'GET' }
    const sites = registry.sites()
    return wantsJson ? { status: 200, json: sites } : { status: 200, text: sites.map(lineOf).join('\n') }
  }
  const status = statusOf(registry, site)
  if (isCount)
    return method === 'GET' ? { status: 200, text: String(status.hits) } : { status: 405, allow: 'GET' }
  switch (method) {
    case 'GET':
      return wantsJson ? { status: 200, json: status } : { status: 200, text: status.armed ?? '' }
    case 'PUT':
      registry.arm(site, body.trim())
      return { status: 204 }
    case 'DELETE':
      registry.disarm(site)
      return { status: 204 }
    default:
      return { status: 405, allow: 'GET, PUT, DELETE' }
  }
}

/** @throws {FailpointUnknownSiteError} */
function statusOf(registry: FailpointRegistry, site: string): FailpointSiteStatus {
  const status = registry.sites().find(({ name }) => name === site)
  if (status !== undefined) return status
  throw new FailpointUnknownSiteError(site, registry.nearestDeclared(site))
}

/** As the setting that arms it is written. */
function lineOf({ name, armed = '' }: FailpointSiteStatus): string {
  return `${name}=${armed}`
}

/** `undefined`: it is too large. */
async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > bodyBytesMax) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function send(response: ServerResponse, { status, text, json, allow, challenge }: Answer): void {
  const body = json === undefined ? (text ?? '') : JSON.stringify(json)
  const type = json === undefined ? 'text/plain; charset=utf-8' : 'application/json'
  response.writeHead(status, {
    ...(status !== 204 && { 'Content-Type': type }),
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'no-store',
    ...(allow !== undefined && { Allow: allow }),
    ...(challenge === true && status === 401 && { 'WWW-Authenticate': 'Bearer' }),
    // What is left of a request that was refused is not read.
    ...(status >= 400 && { Connection: 'close' }),
  })
  response.end(status === 204 ? undefined : `${body}\n`)
}
