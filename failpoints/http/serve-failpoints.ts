/**
 * Lists, arms and disarms the failpoints of a running process over HTTP. Whoever can reach it can kill the process: so it listens on
 * this machine alone, unless a token is given, and then every request must have that.
 */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { FailpointRegistry } from '../registry.ts'
import { isLoopback } from './access.ts'
import { FailpointServerError } from './errors.ts'
import { createHandler } from './handler.ts'

export interface FailpointServerOptions {
  readonly registry: FailpointRegistry
  /** 0 to 65,535; 0 takes any that is free. */
  readonly port: number
  /** Name or address to listen at. Default `127.0.0.1`. */
  readonly host?: string | undefined
  /** What requests must have as `Authorization: Bearer`, 16 characters or more. Needed to listen beyond this machine. Default: none. */
  readonly token?: string | undefined
}

/** A server that listens. It does not keep the process alive. */
export interface FailpointServer {
  /** The one that was taken, where 0 was asked for. */
  readonly port: number
  /** Without a slash at its end. */
  readonly url: string
  /** Stops listening, and ends the connections that are open. Twice is fine. */
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

const tokenCharactersMin = 16
/** A request that takes longer is ended. */
const requestMsMax = 10_000

/**
 * Listens when the promise is fulfilled.
 * @throws {FailpointServerError} the host is beyond this machine and there is no token, or an option makes no sense
 * @throws the system's error, when the port is taken
 */
export async function serveFailpoints(options: FailpointServerOptions): Promise<FailpointServer> {
  const { registry, port, host = '127.0.0.1', token } = options
  checkOptions(port, host, token)
  const server = createServer({ requestTimeout: requestMsMax }, createHandler(registry, token))
  await listen(server, port, host)
  server.unref()
  return asFailpointServer(server)
}

function checkOptions(port: number, host: string, token: string | undefined): void {
  if (!(Number.isInteger(port) && port >= 0 && port <= 65_535)) {
    throw new FailpointServerError(
      `Cannot serve failpoints at port ${port}: a port is an integer from 0 to 65535`,
    )
  }
  if (token !== undefined && !/^[\x21-\x7e]+$/.test(token)) {
    throw new FailpointServerError(
      'Cannot serve failpoints with this token: a token is of visible ASCII characters',
    )
  }
  if (token !== undefined && token.length < tokenCharactersMin) {
    throw new FailpointServerError(
      `Cannot serve failpoints with a token of ${token.length} characters: give ${tokenCharactersMin} or more`,
    )
  }
  if (token !== undefined || isLoopback(host)) return
  throw new FailpointServerError(
    `Cannot serve failpoints at "${host}" without a token: whoever reaches it could kill this process; listen at ` +
      '127.0.0.1, or give a token',
  )
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, host }, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

function asFailpointServer(server: Server): FailpointServer {
  const { address, port, family } = server.address() as AddressInfo
  let closed: Promise<void> | undefined
  const close = (): Promise<void> => {
    closed ??= new Promise((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
    return closed
  }
  const host = family === 'IPv6' ? `[${address}]` : address
  return { port, url: `http://${host}:${port}`, close, [Symbol.asyncDispose]: close }
}
