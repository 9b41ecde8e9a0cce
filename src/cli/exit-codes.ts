/** What a run of the command line tells the program that started it. */
import { CommanderError } from 'commander'
// Not by their entry point: where lmdb's binary does not load, this module must.
import { AdapterError } from '../conformance/kit/adapter-error.ts'
import { ExpectationError } from '../conformance/report/expectation-error.ts'
import { ReplayTokenError } from '../conformance/report/replay-token-error.ts'
import { FeatureDisabledError, HoldfastError, InvalidArgumentError, LogLockedError } from '../errors.ts'

export const exitCodes = {
  fine: 0,
  /** The data or the store is bad. */
  bad: 1,
  /** The command was typed wrongly: nothing was tried. */
  usage: 2,
  /** Nothing can be said: nothing was tried that could fail, or another process has the log. */
  inconclusive: 3,
  /** A defect of Holdfast itself. */
  ourBug: 70,
  /** 128 and the number of the signal, as shells have it. */
  interrupted: 130,
  terminated: 143,
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** The command was understood, and asks for something that cannot be done. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** The run was ended by a signal. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError'
  readonly exitCode: ExitCode

  constructor(signal: 'SIGINT' | 'SIGTERM') {
    super(`Ended by ${signal}`)
    this.exitCode = signal === 'SIGINT' ? exitCodes.interrupted : exitCodes.terminated
  }
}

const usageErrors = [
  UsageError,
  InvalidArgumentError,
  ExpectationError,
  ReplayTokenError,
  AdapterError,
] as const

/** The exit code of a command that threw `error`. */
export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof InterruptedError) return error.exitCode
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.fine : exitCodes.usage
  if (usageErrors.some((type) => error instanceof type)) return exitCodes.usage
  if (error instanceof LogLockedError || error instanceof FeatureDisabledError) return exitCodes.inconclusive
  // What else a store says of itself: it is not there, damaged, newer, or its medium refuses.
  return error instanceof HoldfastError ? exitCodes.bad : exitCodes.ourBug
}
