/** Runs a workload under strace, and yields what it asked of the disk while it runs. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { realpathSync } from 'node:fs'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { unhurriedVariable } from '../../kit/index.ts'
import { sharedGroupVariable } from '../../line-protocol/index.ts'
import type { Image } from '../disk/image.ts'
import type { Recorded } from '../event.ts'
import { CallAssembler, type TracedCall } from './call-assembler.ts'
import type { KnownImage } from './found.ts'
import { Interpreter, rawCalls, tracedCalls } from './interpreter.ts'

/** A longer write is not recorded whole, and then nothing can be said. */
const writeBytesMax = 16 * 2 ** 20

const killChild = new URL('../../kill/child.js', import.meta.url)

/** A workload that has called nothing for so long hangs. */
const silenceMsMax = 60_000

export interface RecordingOptions {
  /** The workload's only argument, as JSON. */
  readonly orders: object
  /** The workload. Default: the child of the kill suite. */
  readonly program?: URL | undefined
  /** A directory, in which the directory of the orders is or will be: empty, but for what was `found`. */
  readonly root: string
  /** What is in it, all of it durable. */
  readonly found?: Image | undefined
  /** Instead of `found`: what is in it was recorded before, and need not be durable. */
  readonly known?: KnownImage | undefined
  /** Events that come before those of this recording: syncs are told by number what they cover. Default 0. */
  readonly eventsBefore?: number | undefined
  /** What strace does to some of the calls: `fsync:error=EIO:when=3`. */
  readonly inject?: string | undefined
  /** Added to the workload's environment. */
  readonly environment?: Readonly<Record<string, string>> | undefined
  /** Everything that strace writes, as it comes: the beginning of a call that it delays is not yet a line. */
  readonly onText?: ((text: string) => void) | undefined
  /** Every call of every thread that strace shows, those that failed too. */
  readonly onCall?: ((call: TracedCall) => void) | undefined
  readonly volatileFiles: readonly string[]
  readonly signal?: AbortSignal | undefined
}

/** Why nothing can be recorded on this machine; `undefined`: it can. */
export function whyNotRecordable(): string | undefined {
  if (process.platform !== 'linux')
    return `system calls are recorded on Linux, and this is ${process.platform}`
  const { error, status } = spawnSync('strace', ['-V'], { stdio: 'ignore' })
  if (error !== undefined) return 'strace is not installed'
  if (status !== 0) return 'strace does not run'
  const { status: traced } = spawnSync('strace', ['-qq', '-o', '/dev/null', 'true'], { stdio: 'ignore' })
  return traced === 0 ? undefined : 'strace may not trace processes here'
}

/**
 * The workload is the child of the kill suite, which ends here when it has done everything. Nothing is kept: a consumer that
 * takes its time makes the workload wait.
 * @throws {Error} strace could not be run
 * @throws the signal's reason
 */
export async function* record(options: RecordingOptions): AsyncGenerator<Recorded> {
  const { volatileFiles, signal, found, known, eventsBefore = 0, onText, onCall } = options
  signal?.throwIfAborted()
  const child = start(options)
  const failed = once(child, 'error').then(([error]) => {
    throw error
  })
  failed.catch(() => undefined)
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const end = (): void => endGroup(child)
  signal?.addEventListener('abort', end)
  const interpreter = new Interpreter({
    root: realpathSync(options.root),
    directory: process.cwd(),
    volatileFiles,
  })
  try {
    if (known !== undefined) interpreter.know(known)
    const there = found === undefined ? [] : interpreter.find(found)
    yield* there
    const trace = chunksOf(child.stdio[4] as Readable, end, onText)
    yield* eventsOf(trace, interpreter, { onCall, eventsBefore: eventsBefore + there.length })
    signal?.throwIfAborted()
    await Promise.race([failed, Promise.resolve()])
  } finally {
    signal?.removeEventListener('abort', end)
    end()
    // What nobody reads any more would keep it from closing.
    for (const stream of child.stdio) stream?.destroy()
    await Promise.race([closed, failed.catch(() => undefined)])
  }
}

/** strace, the workload, and what is between them and here: what they have to say after the end is of no use. */
function endGroup({ pid, exitCode, signalCode }: ChildProcess): void {
  if (pid === undefined || exitCode !== null || signalCode !== null) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** strace writes to a command's standard input, as it cannot open the socket that a pipe of Node is. */
function start({ orders, inject, environment, program = killChild }: RecordingOptions): ChildProcess {
  const child = fileURLToPath(program)
  const trace = tracedCalls.map((name) => `?${name}`).join(',')
  const options = ['-f', '-y', '-xx', '-qq', '-s', String(writeBytesMax), '--seccomp-bpf']
  const selection = ['-e', 'signal=none', '-e', `trace=${trace}`, '-e', `raw=${rawCalls.join(',')}`]
  if (inject !== undefined) selection.push('-e', `inject=${inject}`)
  const command = [process.execPath, child, JSON.stringify(orders)]
  return spawn('strace', [...options, ...selection, '-o', '|exec cat >&4', ...command], {
    // What a store says when its calls are made to fail is no news.
    stdio: [
      'pipe',
      ...(inject === undefined ? ([2, 2] as const) : (['ignore', 'ignore'] as const)),
      'pipe',
      'pipe',
    ],
    detached: true,
    // libuv would write through io_uring where it may, and of that nothing is seen.
    env: {
      ...process.env,
      UV_USE_IO_URING: '0',
      ...environment,
      FAILPOINTS: '',
      FAILPOINTS_SEED: '',
      // One signal ends strace and all that it traces.
      [sharedGroupVariable]: 'yes',
      [unhurriedVariable]: 'yes',
    },
  }).on('spawn', function (this: ChildProcess) {
    // What the workload says is in the recording; here it is only taken from the pipe.
    ;(this.stdio[3] as Readable).resume()
  })
}

async function* eventsOf(
  trace: AsyncGenerator<string>,
  interpreter: Interpreter,
  { onCall, eventsBefore }: { readonly onCall: RecordingOptions['onCall']; readonly eventsBefore: number },
): AsyncGenerator<Recorded> {
  const calls = new CallAssembler()
  let count = eventsBefore
  for await (const line of linesOf(trace)) {
    const call = calls.take(line, count)
    if (call === undefined) continue
    onCall?.(call)
    for (const event of interpreter.take(call)) {
      count += 1
      yield event
      if (event.kind === 'cannot-judge') return
      if (event.kind === 'line' && isLast(event.line.kind)) return
    }
  }
}

function isLast(kind: string): boolean {
  return kind === 'waiting' || kind === 'broken' || kind === 'adapter' || kind === 'bug'
}

/** A line may be many megabytes: its parts are joined once. */
async function* linesOf(chunks: AsyncGenerator<string>): AsyncGenerator<string> {
  let parts: string[] = []
  for await (const chunk of chunks) {
    let from = 0
    for (let at = chunk.indexOf('\n'); at >= 0; at = chunk.indexOf('\n', from)) {
      parts.push(chunk.slice(from, at))
      yield parts.join('')
      parts = []
      from = at + 1
    }
    if (from < chunk.length) parts.push(chunk.slice(from))
  }
}

/** Ends a workload that we wait for, and not it for us, when it has done nothing for too long. */
async function* chunksOf(
  stream: Readable,
  end: () => void,
  onText: RecordingOptions['onText'],
): AsyncGenerator<string> {
  stream.setEncoding('latin1')
  // Whoever ends the recording early ends the writers first: they would complain about a pipe that nobody reads.
  const chunks = stream.iterator({ destroyOnReturn: false }) as AsyncIterableIterator<string>
  for (;;) {
    const silence = setTimeout(end, silenceMsMax)
    const { done, value } = await chunks.next().finally(() => clearTimeout(silence))
    if (done) return
    onText?.(value)
    yield value
  }
}
