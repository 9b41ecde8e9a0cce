/** The actions, and what performing each of them does. */

import { FailpointError } from './errors.ts'
import { blockThread, writeLineToStderr } from './stderr.ts'

/** What `return` or `return(value)` asks for: each site says in its `onReturn` what it makes of it. */
export interface FailpointReturn {
  /** The argument; undefined for a bare `return`, empty for `return()`. */
  readonly value: string | undefined
}

/**
 * An action armed from code. It is called at every hit, with the name of the site.
 * What it returns is what the hit returns, and what it throws is thrown at the site.
 */
// biome-ignore lint/suspicious/noConfusingVoidType: a callback may be a function without a return statement.
export type FailpointCallback = (site: string) => FailpointReturn | undefined | void

/** An action that can be written as text. */
export type WrittenAction =
  | { readonly kind: 'off' }
  | { readonly kind: 'return'; readonly value: string | undefined }
  | { readonly kind: 'throw'; readonly message: string | undefined }
  | { readonly kind: 'print'; readonly message: string | undefined }
  | { readonly kind: 'sleep'; readonly durationMs: number }
  | { readonly kind: 'delay'; readonly durationMs: number }
  | { readonly kind: 'crash' }
  | { readonly kind: 'exit'; readonly code: number }

/** An action that can be armed: a written one, or a function. */
export type FailpointAction =
  | WrittenAction
  | { readonly kind: 'callback'; readonly callback: FailpointCallback }

/** Performs `action` at `site`: returns what the hit returns, throws, or ends the process. */
export function perform(action: FailpointAction, site: string): FailpointReturn | undefined {
  switch (action.kind) {
    case 'off':
      return undefined
    case 'return':
      return { value: action.value }
    case 'throw':
      throw new FailpointError(site, action.message)
    case 'print':
      writeLineToStderr(`failpoint ${site}${action.message === undefined ? '' : `: ${action.message}`}`)
      return undefined
    case 'sleep':
      blockThread(action.durationMs)
      return undefined
    case 'delay':
      spin(action.durationMs)
      return undefined
    case 'crash':
      return crash()
    case 'exit':
      return process.exit(action.code)
    case 'callback':
      return action.callback(site) ?? undefined
    default:
      return action satisfies never
  }
}

/** Keeps this thread busy for `durationMs`. */
function spin(durationMs: number): void {
  const start = performance.now()
  while (performance.now() - start < durationMs);
}

/** Dies as if the machine had killed us: no handler runs, nothing buffered in the process is written. */
function crash(): never {
  process.kill(process.pid, 'SIGKILL')
  // The signal may reach another thread first: not one more step of this one may happen.
  for (;;) blockThread(Number.POSITIVE_INFINITY)
}
