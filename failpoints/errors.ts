/**
 * The errors of the failpoints.
 *
 * Two kinds that must not be caught together: {@link FailpointRegistryError} and its children say that the
 * registry was used wrongly, while {@link FailpointError} is a fault that somebody asked for.
 */

/** How much of a text stands before and after the faulty column in the message of a syntax error. */
const EXCERPT_RADIUS = 60

/** The registry was used wrongly: the call that threw it changed nothing. */
export abstract class FailpointRegistryError extends Error {
  abstract readonly code: string
}

/**
 * A text of actions, of settings or of a seed cannot be read: correct it at {@link column}.
 * The message shows the text, and a caret under the column.
 */
export class FailpointSyntaxError extends FailpointRegistryError {
  override readonly name: string = 'FailpointSyntaxError'
  readonly code: 'FAILPOINT_SYNTAX' = 'FAILPOINT_SYNTAX'
  /** The whole text that was given. */
  readonly text: string
  /** Where reading stopped, in UTF-16 code units from 1; one past the last when more was expected. */
  readonly column: number

  constructor(text: string, column: number, reason: string) {
    super(`Cannot read failpoints at column ${column}: ${reason}\n${pointAt(text, column)}`)
    this.text = text
    this.column = column
  }
}

/** No such site is declared: arm {@link nearest} instead, or declare the site before it is armed. */
export class FailpointUnknownSiteError extends FailpointRegistryError {
  override readonly name: string = 'FailpointUnknownSiteError'
  readonly code: 'FAILPOINT_UNKNOWN_SITE' = 'FAILPOINT_UNKNOWN_SITE'
  readonly site: string
  /** The declared site whose name is most alike; undefined when none is alike. */
  readonly nearest: string | undefined

  constructor(site: string, nearest: string | undefined) {
    const next = nearest === undefined ? 'declare it first' : `did you mean "${nearest}"?`
    super(`No failpoint site "${site}" is declared: ${next}`)
    this.site = site
    this.nearest = nearest
  }
}

/** A site cannot be declared as it was: give it another name, or the same text everywhere. */
export class FailpointDeclarationError extends FailpointRegistryError {
  override readonly name: string = 'FailpointDeclarationError'
  readonly code: 'FAILPOINT_DECLARATION' = 'FAILPOINT_DECLARATION'
  readonly site: string

  constructor(site: string, reason: string) {
    super(`Cannot declare failpoint site "${site}": ${reason}`)
    this.site = site
  }
}

/** The fault that the action `throw` throws: handle it as you would handle a failure of the step at the site. */
export class FailpointError extends Error {
  override readonly name: string = 'FailpointError'
  readonly code: 'FAILPOINT_THROWN' = 'FAILPOINT_THROWN'
  readonly site: string

  constructor(site: string, detail?: string) {
    super(`Failpoint "${site}" threw${detail === undefined ? '' : `: ${detail}`}`)
    this.site = site
  }
}

/** Two lines: what stands around `column`, and a caret under it. */
function pointAt(text: string, column: number): string {
  const at = column - 1
  const from = Math.max(0, at - EXCERPT_RADIUS)
  const to = Math.min(text.length, at + EXCERPT_RADIUS)
  const lead = from > 0 ? '...' : ''
  const tail = to < text.length ? '...' : ''
  const before = printable(lead + text.slice(from, at))
  // A column counts code units, but a terminal shows code points.
  const indent = ' '.repeat([...before].length)
  return `  ${before}${printable(text.slice(at, to))}${tail}\n  ${indent}^`
}

/** One visible line: a line break or an escape sequence in the text would move the caret. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ' ')
}
