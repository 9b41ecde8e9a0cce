/** How a child that is to be killed talks to its parent. */

import { writeSync } from 'node:fs'
import { InvalidArgumentError } from '../../errors.ts'
import { AdapterError, StoreFailure } from '../kit/adapter-error.ts'
import type { Outcome } from '../oracle.ts'
import { type ChildLine, lineDescriptor } from './protocol.ts'

export function say<O>(line: ChildLine<O>): void {
  writeLine(line)
}

/** Nothing is buffered in the process: what was said is out of it when this returns. */
export function writeLine(line: object, descriptor: number = lineDescriptor): void {
  let rest: Uint8Array = Buffer.from(`${JSON.stringify(line)}\n`)
  try {
    while (rest.length > 0) rest = rest.subarray(writeSync(descriptor, rest))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EPIPE') process.exit(1)
    throw error
  }
}

/** While it waits. While it works, the pipe tells: writing to one that nobody reads is an error, and it ends. */
export function endWithParent(): void {
  process.stdin.on('end', () => process.exit(1))
  process.stdin.on('error', () => process.exit(1))
  process.stdin.resume()
}

/** What the call threw, as the oracle is told of it. @throws {AdapterError} `error`, which is not the storage's */
export function outcomeOfThrown(error: unknown): Outcome {
  if (error instanceof AdapterError) throw error
  if (!(error instanceof Error)) return { kind: 'threw', error: String(error) }
  // An argument may be refused for a reason that only the storage knows, which says whether it happened.
  const thrown = error instanceof InvalidArgumentError ? (error.cause ?? error) : error
  const isDefinite = thrown instanceof StoreFailure ? thrown.isDefinite : undefined
  return { kind: 'threw', error: error.name, message: error.message, isDefinite }
}

/** Does what the child is there for. An adapter that cannot be run ends it, and the parent is told why. */
export async function tellingOfAdapter(body: () => Promise<void>): Promise<void> {
  try {
    await body()
  } catch (error) {
    if (!(error instanceof AdapterError)) throw error
    say({ kind: 'adapter', why: error.kind, error: error.message })
  }
}

/** An error that is no call's, for a person to read. */
export function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
