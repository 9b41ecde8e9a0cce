/**
 * Asks a storage over its standard input and output, and tells apart every way in which the other side can fail to be a partner:
 * what goes wrong here says nothing about the storage behind it.
 */
import { AdapterError, type AdapterErrorKind, patienceMs } from '../kit/index.ts'
import type { CommandName } from './commands.ts'
import { LineSplitter } from './line-splitter.ts'
import { type Fields, fieldsOf, parseLine, showLine } from './reply.ts'
import { type ProcessEnd, StoreProcess } from './store-process.ts'

export interface ConnectionOptions {
  readonly command: string
  readonly directory: string
  /** As messages call the storage. Default: the command. */
  readonly name?: string | undefined
  readonly stderrFile?: string | undefined
  /** An answer to `hello` that takes longer never comes. Default 10 seconds. */
  readonly helloMsMax?: number | undefined
  /** Of any other answer. Default 20 seconds. */
  readonly callMsMax?: number | undefined
  /** Of one reply. Default 64 MiB. */
  readonly lineBytesMax?: number | undefined
}

interface Pending {
  readonly command: CommandName
  readonly resolve: (reply: Fields) => void
  readonly reject: (error: Error) => void
  readonly timer: NodeJS.Timeout
}

export class Connection {
  readonly #name: string
  readonly #command: string
  readonly #msMax: { readonly hello: number; readonly call: number }
  readonly #lineBytesMax: number
  readonly #process: StoreProcess
  readonly #lines: LineSplitter
  readonly #pending = new Map<number, Pending>()
  #id = 0
  #hasSpoken = false
  #isEnding = false
  #broken: AdapterError | undefined

  constructor(options: ConnectionOptions) {
    const { command, name = command, helloMsMax = 10_000, callMsMax = 20_000 } = options
    this.#name = name
    this.#command = command
    this.#msMax = { hello: patienceMs(helloMsMax), call: patienceMs(callMsMax) }
    this.#lineBytesMax = options.lineBytesMax ?? 64 * 2 ** 20
    this.#lines = new LineSplitter(this.#lineBytesMax)
    this.#process = new StoreProcess(options, (chunk) => this.#onOutput(chunk))
    void this.#process.ended.then((end) => this.#onEnd(end))
  }

  /**
   * Sends one command and waits for its reply.
   * @throws {AdapterError} the other side does not keep to the protocol: it is dead by then, and every later call throws the same
   * @throws {Error} it replied that the command failed
   */
  async ask(command: CommandName, fields: Fields = {}): Promise<Fields> {
    if (this.#broken !== undefined) throw this.#broken
    const id = ++this.#id
    const line = asciiJson({ id, cmd: command, ...fields })
    const reply = await new Promise<Fields>((resolve, reject) => {
      const msMax = command === 'hello' ? this.#msMax.hello : this.#msMax.call
      const timer = setTimeout(() => this.#onSilence(command, msMax), msMax)
      this.#pending.set(id, { command, resolve, reject, timer })
      this.#process.write(`${line}\n`)
    })
    try {
      return fieldsOf(this.#name, command, reply)
    } catch (error) {
      if (error instanceof AdapterError) this.#break(error)
      throw error
    }
  }

  /** Asks it to end, and waits until it has. @throws {AdapterError} it does not end, or not with exit code 0 */
  async stop(): Promise<void> {
    await this.ask('stop')
    this.#isEnding = true
    const timer = setTimeout(
      () => this.#break(this.#error('hang', `answered stop, and has not ended ${this.#msMax.call} ms later`)),
      this.#msMax.call,
    )
    const end = await this.#process.ended
    clearTimeout(timer)
    if (this.#broken !== undefined) throw this.#broken
    if (end.kind === 'exited' && end.code === 0) return
    throw this.#error('died', `answered stop, and then ended ${howEnded(end)}`)
  }

  /** SIGKILL, to it and all that it started. */
  async kill(): Promise<void> {
    this.#isEnding = true
    await this.#process.kill()
  }

  #onOutput(chunk: Uint8Array): void {
    if (this.#broken !== undefined) return
    try {
      for (const line of this.#lines.take(chunk)) this.#onLine(parseLine(this.#name, line))
    } catch (error) {
      this.#break(error as AdapterError)
      return
    }
    if (!this.#lines.isTooLong) return
    const start = showLine(Buffer.from(this.#lines.rest.subarray(0, 1_000)).toString())
    const text = `wrote a line of more than ${this.#lineBytesMax} bytes to standard output: ${start}`
    this.#break(
      this.#error('protocol', text, 'a reply ends with a newline, and read answers what it was asked for'),
    )
  }

  #onLine(reply: Fields): void {
    this.#hasSpoken = true
    const { id } = reply
    const pending = this.#pending.get(id as number)
    if (pending !== undefined) {
      this.#pending.delete(id as number)
      clearTimeout(pending.timer)
      pending.resolve(reply)
      return
    }
    const shown = showLine(JSON.stringify(reply))
    if (id === undefined) throw this.#error('protocol', `wrote a reply without an id: ${shown}`, echo)
    const isOld = Number.isSafeInteger(id) && (id as number) >= 1 && (id as number) <= this.#id
    const what = isOld ? 'answered a request a second time' : 'answered a request that nobody made'
    const waiting = [...this.#pending.keys()].join(', ') || 'none'
    throw this.#error('protocol', `${what}: ${shown}; waiting for an answer: ${waiting}`, echo)
  }

  #onSilence(command: CommandName, msMax: number): void {
    const closed = this.#process.isInputClosed ? ', and has closed its standard input' : ''
    const began = Buffer.from(this.#lines.rest).toString()
    const unended = began === '' ? '' : `; it began a line and did not end it: ${showLine(began)}`
    const advice =
      command === 'hello' && !this.#hasSpoken
        ? 'a program that speaks the protocol reads lines from standard input and answers each, with its output flushed'
        : 'see whether it answers on every path and flushes its output, or give it more time'
    const text = `did not answer ${command} within ${msMax} ms${closed}${unended}`
    this.#break(this.#error('hang', text, advice))
  }

  #onEnd(end: ProcessEnd): void {
    if (this.#broken !== undefined || (this.#isEnding && this.#pending.size === 0)) return
    if (end.kind === 'not-started') this.#break(this.#notStarted(end))
    else this.#break(this.#died(end))
  }

  #notStarted({ program, error }: Extract<ProcessEnd, { kind: 'not-started' }>): AdapterError {
    const why = error.code === 'ENOENT' ? 'there is no such program' : error.message
    const text = `Cannot run ${this.#command}: ${program}: ${why}; give a path, or a name that PATH leads to`
    return new AdapterError('open', text, { cause: error })
  }

  #died(end: Extract<ProcessEnd, { kind: 'exited' }>): AdapterError {
    const commands = [...this.#pending.values()].map(({ command }) => command)
    if (end.code === 127 && !this.#hasSpoken) {
      return this.#error(
        'open',
        'is a command that the shell did not find',
        'give a path, or a name that PATH leads to',
      )
    }
    const before = commands.length === 0 ? '' : ` before it answered ${commands.join(', ')}`
    const advice = this.#hasSpoken
      ? 'it may end only after stop, or when its standard input ends'
      : 'run it by itself to see why'
    return this.#error('died', `ended by itself ${howEnded(end)}${before}`, advice)
  }

  #break(error: AdapterError): void {
    this.#broken ??= error
    this.#process.killSync()
    for (const { timer, reject } of this.#pending.values()) {
      clearTimeout(timer)
      reject(this.#broken)
    }
    this.#pending.clear()
  }

  #error(kind: AdapterErrorKind, what: string, advice?: string): AdapterError {
    const { stderr } = this.#process
    const said = stderr === '' ? '' : `; the last it wrote to standard error: ${stderr}`
    return new AdapterError(
      kind,
      `"${this.#name}" ${what}${advice === undefined ? '' : `; ${advice}`}${said}`,
    )
  }
}

const echo = 'each request is answered once, with its id'

/** Readers of lines differ in what they take for the end of one, and in what they take text for: in ASCII none of them does. */
function asciiJson(value: Fields): string {
  const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  return JSON.stringify(value).replaceAll(/[\u007f-\uffff]/g, escaped)
}

function howEnded(end: ProcessEnd): string {
  if (end.kind === 'not-started') return `before it started: ${end.error.message}`
  return end.signal === null ? `with exit code ${end.code}` : `by the signal ${end.signal}`
}
