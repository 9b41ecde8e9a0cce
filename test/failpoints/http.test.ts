import { type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { describe, expect, onTestFinished, test } from 'vitest'
import {
  type FailpointServer,
  FailpointServerError,
  type FailpointServerOptions,
  serveFailpoints,
} from '../../failpoints/http/index.ts'
import { FailpointRegistry } from '../../failpoints/index.ts'

const token = 'a-token-of-tests-0123456789'
const sites = [
  { name: 'log.commit.before', description: 'Before.', onReturn: 'it fails' },
  { name: 'log.flush', description: 'A flush.', onReturn: 'it fails' },
]

interface Answer {
  readonly status: number | undefined
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

interface Question {
  readonly method?: string
  readonly headers?: OutgoingHttpHeaders
  readonly body?: string
}

async function serve(options: Partial<FailpointServerOptions> = {}) {
  const registry = new FailpointRegistry({ seed: 0 })
  registry.declare(sites)
  const server = await serveFailpoints({ registry, port: 0, ...options })
  onTestFinished(() => server.close())
  const ask = (path: string, question: Question = {}): Promise<Answer> => askOf(server, path, question)
  return { registry, server, ask }
}

function askOf(
  server: FailpointServer,
  path: string,
  { method = 'GET', headers = {}, body }: Question,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(`${server.url}${path}`, { method, headers, agent: false }, (response) => {
      text(response).then(
        (said) => resolve({ status: response.statusCode, headers: response.headers, body: said }),
        reject,
      )
    })
    asked.on('error', reject)
    asked.end(body)
  })
}

describe('GET /', () => {
  test('lists every site with what is armed there, one a line', async () => {
    const { registry, ask } = await serve()
    registry.arm('log.flush', '2*off->return(EIO)')
    expect(await ask('/')).toMatchObject({
      status: 200,
      body: 'log.commit.before=\nlog.flush=2*off->return(EIO)\n',
    })
  })

  test('lists them with their sentences and hits, as JSON, for who asks for that', async () => {
    const { registry, ask } = await serve()
    registry.arm('log.flush', 'off')
    registry.hit('log.flush')
    const { body, headers } = await ask('/', { headers: { Accept: 'application/json' } })
    expect(headers['content-type']).toBe('application/json')
    expect(JSON.parse(body)).toEqual([
      { ...sites[0], hits: 0 },
      { ...sites[1], hits: 1, armed: 'off' },
    ])
  })
})

describe('of one site', () => {
  test('PUT arms it, GET shows it, and DELETE disarms it', async () => {
    const { registry, ask } = await serve()
    expect(await ask('/log.flush', { method: 'PUT', body: '1*return(EIO)\n' })).toMatchObject({
      status: 204,
      body: '',
    })
    expect(registry.hit('log.flush')).toEqual({ value: 'EIO' })
    expect((await ask('/log.flush')).body).toBe('1*return(EIO)\n')
    expect((await ask('/log.flush/count')).body).toBe('1\n')
    expect((await ask('/log.flush', { method: 'DELETE' })).status).toBe(204)
    expect((await ask('/log.flush')).body).toBe('\n')
    expect(registry.armedCount).toBe(0)
  })

  test('PUT of what cannot be read is 400 with the words of the parser, and arms nothing', async () => {
    const { registry, ask } = await serve()
    const { status, body } = await ask('/log.flush', { method: 'PUT', body: 'crsh' })
    expect(status).toBe(400)
    expect(body).toContain('column 1: "crsh" is not an action: did you mean "crash"?')
    expect(registry.armedCount).toBe(0)
  })

  test.each(['GET', 'PUT', 'DELETE'])(
    '%s of one that is not declared is 404 with the nearest name',
    async (method) => {
      const { ask } = await serve()
      const { status, body } = await ask('/log.flsh', method === 'PUT' ? { method, body: 'off' } : { method })
      expect({ status, body }).toEqual({
        status: 404,
        body: 'No failpoint site "log.flsh" is declared: did you mean "log.flush"?\n',
      })
    },
  )

  test('another method is 405, with those that there are', async () => {
    const { ask } = await serve()
    expect(await ask('/log.flush', { method: 'POST' })).toMatchObject({
      status: 405,
      headers: { allow: 'GET, PUT, DELETE' },
    })
    expect((await ask('/', { method: 'DELETE' })).headers.allow).toBe('GET')
  })

  test.each(['/log.flush/hits', '/log.flush/count/x', '/%zz'])('%s is no path', async (path) => {
    const { ask } = await serve()
    expect((await ask(path)).status).toBe(400)
  })

  test('a body of more than 64 KiB is 413, and arms nothing', async () => {
    const { registry, ask } = await serve()
    const answer = ask('/log.flush', { method: 'PUT', body: ' '.repeat(64 * 1024 + 1) })
    // The server may have closed the connection before all of it was sent.
    const status = await answer.then(
      (one) => one.status,
      (error: NodeJS.ErrnoException) => error.code,
    )
    expect([413, 'ECONNRESET', 'EPIPE']).toContain(status)
    expect(registry.armedCount).toBe(0)
    expect((await ask('/log.flush', { method: 'PUT', body: `off${' '.repeat(60_000)}` })).status).toBe(204)
  })
})

describe('a server without a token', () => {
  test.each(['0.0.0.0', '::', '192.0.2.1', 'example.org', '128.0.0.1', ''])(
    'does not listen at %j',
    async (host) => {
      const registry = new FailpointRegistry()
      await expect(serveFailpoints({ registry, port: 0, host })).rejects.toThrow(FailpointServerError)
      await expect(serveFailpoints({ registry, port: 0, host })).rejects.toThrow('without a token')
    },
  )

  test('answers no page of a browser', async () => {
    const { registry, ask } = await serve()
    const put = { method: 'PUT', body: 'crash' }
    expect((await ask('/log.flush', { ...put, headers: { Origin: 'https://example.org' } })).status).toBe(403)
    expect((await ask('/log.flush', { ...put, headers: { Host: 'example.org' } })).status).toBe(403)
    expect(registry.armedCount).toBe(0)
  })

  test.each(['localhost:80', '127.0.0.1', '[::1]:9'])('answers who calls it %s', async (host) => {
    const { ask } = await serve()
    expect((await ask('/', { headers: { Host: host } })).status).toBe(200)
  })
})

describe('a server with a token', () => {
  test.each([
    ['none', undefined],
    ['another', 'Bearer another-token-of-tests'],
    ['a part of it', `Bearer ${token.slice(0, -1)}`],
    ['more than it', `Bearer ${token}x`],
    ['another scheme', `Basic ${token}`],
  ])('refuses %s', async (_, authorization) => {
    const { registry, ask } = await serve({ token })
    const headers = authorization === undefined ? {} : { Authorization: authorization }
    const answer = await ask('/log.flush', { method: 'PUT', body: 'off', headers })
    expect(answer).toMatchObject({ status: 401, headers: { 'www-authenticate': 'Bearer' } })
    expect(registry.armedCount).toBe(0)
  })

  test('takes it', async () => {
    const { ask } = await serve({ token })
    expect((await ask('/', { headers: { Authorization: `Bearer ${token}` } })).status).toBe(200)
  })

  test('may listen beyond this machine', async () => {
    const { server } = await serve({ token, host: '0.0.0.0' })
    expect(server.url).toBe(`http://0.0.0.0:${server.port}`)
  })

  test.each(['short', 'white space in a long token', ''])('does not begin with %j', async (bad) => {
    await expect(serve({ token: bad })).rejects.toThrow(FailpointServerError)
  })
})

describe('the server', () => {
  test.each([-1, 65_536, 1.5, Number.NaN])('does not listen at port %d', async (port) => {
    await expect(serve({ port })).rejects.toThrow('a port is an integer from 0 to 65535')
  })

  test('says so when the port is taken', async () => {
    const { server } = await serve()
    await expect(serve({ port: server.port })).rejects.toThrow(
      expect.objectContaining({ code: 'EADDRINUSE' }),
    )
  })

  test('close() ends connections that are open, and twice is fine', async () => {
    const { server } = await serve()
    const socket = connect(server.port, '127.0.0.1')
    await new Promise((resolve) => socket.once('connect', resolve))
    const ended = new Promise((resolve) => socket.once('close', resolve))
    socket.on('error', () => undefined)
    await Promise.all([server.close(), server.close()])
    await ended
    await expect(askOf(server, '/', {})).rejects.toThrow(expect.objectContaining({ code: 'ECONNREFUSED' }))
  })
})
