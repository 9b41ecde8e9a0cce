#!/usr/bin/env node
/** The program: results go to standard output, talk to standard error, and the exit code says how it went. */
import { CommanderError } from 'commander'
import { FeatureDisabledError } from '../errors.ts'
import { messageOf } from '../message-of.ts'
import { exitCodeOf, exitCodes, InterruptedError } from './exit-codes.ts'

async function main(): Promise<void> {
  // A reader that has seen enough, as `head`, is no reason to fail.
  process.stdout.on('error', ignoreClosedPipe)
  process.stderr.on('error', ignoreClosedPipe)
  const controller = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => controller.abort(new InterruptedError(signal)))
  }
  try {
    const createProgram = await loadProgram()
    const program = createProgram(controller.signal, (code) => {
      process.exitCode = code
    })
    await program.parseAsync()
  } catch (error) {
    tell(error)
    process.exitCode = exitCodeOf(error)
  }
}

/** Loaded when the rest is ready, so that where lmdb's binary does not load, somebody is there to say what to do. */
async function loadProgram(): Promise<typeof import('./program.ts').createProgram> {
  try {
    return (await import('./program.ts')).createProgram
  } catch (error) {
    const { diagnoseLmdb } = await import('./doctor.ts')
    const { outcome, says } = await diagnoseLmdb()
    throw outcome === 'ok' ? error : new FeatureDisabledError('lmdb', `lmdb: ${says}`, { cause: error })
  }
}

function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error
}

function tell(error: unknown): void {
  // Commander has said it already.
  if (error instanceof CommanderError) return
  if (exitCodeOf(error) === exitCodes.ourBug) {
    const stack = error instanceof Error ? error.stack : String(error)
    process.stderr.write(`${stack}\nThis is a defect of Holdfast: please report it, with the lines above\n`)
    return
  }
  process.stderr.write(`holdfast: ${messageOf(error)}\n`)
}

await main()
