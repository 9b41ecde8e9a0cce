/** A real Chromium without a window, spoken to through its debugging pipe: one JSON message at a time, each ended by a zero byte. */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import type { Readable, Writable } from 'node:stream'

const candidates = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** Where it is on this machine. `HOLDFAST_CHROMIUM` names another one. */
export const chromiumPath: string | undefined =
  process.env['HOLDFAST_CHROMIUM'] ?? candidates.find((path) => existsSync(path))

type Fields = Readonly<Record<string, unknown>>
type Message = {
  readonly id?: number
  readonly method?: string
  readonly params?: Fields
  readonly result?: Fields
  readonly error?: Fields
}

export class Chromium {
  readonly #child: ChildProcess
  readonly #answers = new Map<number, (message: Message) => void>()
  readonly #arrivals = new Map<string, () => void>()
  #session: string | undefined
  #lastId = 0
  #rest = ''
  /** Addresses that pages asked for. */
  readonly requests: string[] = []
  /** What pages complained of. */
  readonly complaints: string[] = []

  private constructor(directory: string) {
    const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run']
    this.#child = spawn(
      chromiumPath ?? '',
      [...flags, '--remote-debugging-pipe', `--user-data-dir=${directory}`, 'about:blank'],
      { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] },
    )
    const answers = this.#child.stdio[4] as Readable
    answers.setEncoding('utf8')
    answers.on('data', (text: string) => this.#take(text))
  }

  /** `directory` is for its profile: a new one. */
  static async start(directory: string): Promise<Chromium> {
    const chromium = new Chromium(directory)
    const { targetId } = await chromium.call('Target.createTarget', { url: 'about:blank' })
    const { sessionId } = await chromium.call('Target.attachToTarget', { targetId, flatten: true })
    chromium.#session = sessionId as string
    for (const domain of ['Page', 'Network', 'Log', 'Runtime']) await chromium.call(`${domain}.enable`)
    return chromium
  }

  call(method: string, params: Fields = {}): Promise<Fields> {
    const id = ++this.#lastId
    const session = this.#session === undefined ? {} : { sessionId: this.#session }
    const answered = new Promise<Fields>((resolve, reject) => {
      this.#answers.set(id, ({ result, error }) => {
        if (error === undefined) resolve(result ?? {})
        else reject(new Error(`${method}: ${JSON.stringify(error)}`))
      })
    })
    const commands = this.#child.stdio[3] as Writable
    commands.write(`${JSON.stringify({ id, method, params, ...session })}\0`)
    return answered
  }

  async open(url: string): Promise<void> {
    const loaded = new Promise<void>((resolve) => {
      this.#arrivals.set('Page.loadEventFired', resolve)
    })
    await this.call('Page.navigate', { url })
    await loaded
  }

  async evaluate<T>(expression: string): Promise<T> {
    const { result } = await this.call('Runtime.evaluate', { expression, returnByValue: true })
    return (result as { readonly value: T }).value
  }

  async screenshot(): Promise<Buffer> {
    const { data } = await this.call('Page.captureScreenshot', { captureBeyondViewport: true })
    return Buffer.from(data as string, 'base64')
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once('close', resolve))
    this.#child.kill('SIGKILL')
    await ended
  }

  #take(text: string): void {
    const messages = (this.#rest + text).split('\0')
    this.#rest = messages.pop() ?? ''
    for (const message of messages) this.#handle(JSON.parse(message) as Message)
  }

  #handle(message: Message): void {
    const { id, method = '', params = {} } = message
    if (id !== undefined) this.#answers.get(id)?.(message)
    this.#arrivals.get(method)?.()
    if (method === 'Network.requestWillBeSent') {
      this.requests.push((params['request'] as { readonly url: string }).url)
    }
    if (method === 'Log.entryAdded' || method === 'Runtime.exceptionThrown')
      this.complaints.push(JSON.stringify(params))
  }
}
