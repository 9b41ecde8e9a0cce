/**
 * The language of the failpoints: text to actions, and actions to text. Pure.
 *
 * ```
 * settings = [setting] *(";" [setting])
 * setting  = site "=" actions
 * actions  = term *("->" term)
 * term     = [percent "%"] [count "*"] action ["(" argument ")"]
 * ```
 * White space may stand between any two of these, and is kept inside an argument. In an argument parentheses are
 * written as they are when they are balanced; `\(`, `\)` and `\\` stand for a single one, and nothing else is
 * special: `;` and `->` are ordinary there.
 */

import type { WrittenAction } from './actions.ts'
import type { FailpointTerm } from './chain.ts'
import { FailpointSyntaxError } from './errors.ts'
import { nearestName } from './nearest-name.ts'

/** A term that can be written as text. */
export type WrittenTerm = FailpointTerm<WrittenAction>

/** What a text of settings says of one site. */
export interface FailpointSetting {
  readonly site: string
  readonly terms: readonly WrittenTerm[]
}

/** The names of the actions, in the order in which an error lists them. */
export const ACTION_KINDS: readonly WrittenAction['kind'][] = [
  'off',
  'return',
  'throw',
  'print',
  'sleep',
  'delay',
  'crash',
  'exit',
]

/** What a number may be, and what to call it when it is something else. */
interface IntegerRange {
  readonly min: number
  readonly max: number
  readonly meaning: string
}

/** Digits, and where in the text they stand. */
interface Digits {
  readonly text: string
  readonly at: number
}

/** The largest count, and the largest seed. */
export const UINT32_MAX: number = 2 ** 32 - 1
const COUNT: IntegerRange = { min: 1, max: UINT32_MAX, meaning: 'a count' }
const SEED: IntegerRange = { min: 0, max: UINT32_MAX, meaning: 'a seed' }
/** 24 days, the longest that a timer of Node can wait. */
const DURATION_MS: IntegerRange = { min: 0, max: 2 ** 31 - 1, meaning: 'a time in milliseconds' }
const EXIT_CODE: IntegerRange = { min: 0, max: 255, meaning: 'an exit code' }

const SITE_NAME = /[A-Za-z0-9_][\w-]*(?:\.[\w-]+)*/y
const NUMBER = /\d+(?:\.\d+)?(?:e[+-]?\d+)?/y
const ACTION_NAME = /[A-Za-z]\w*/y
const SPACES = /\s*/y

/** Whether `text` can stand before the `=` of a setting: words of letters, digits, `_` and `-`, joined by dots. */
export function isSiteName(text: string): boolean {
  return new Scanner(text).take(SITE_NAME) === text
}

/**
 * Reads `actions`, one or more terms.
 * @throws {FailpointSyntaxError} with the column in `text`
 */
export function parseActions(text: string): readonly WrittenTerm[] {
  const scanner = new Scanner(text)
  const terms = readTerms(scanner)
  if (!scanner.isAtEnd) scanner.fail('expected "->" or the end')
  return terms
}

/**
 * Reads `settings`, none or more. A site may be named only once.
 * @throws {FailpointSyntaxError} with the column in `text`
 */
export function parseSettings(text: string): readonly FailpointSetting[] {
  const scanner = new Scanner(text)
  const settings = new Map<string, FailpointSetting>()
  do {
    scanner.skipSpaces()
    if (scanner.isAtEnd || scanner.isAt(';')) continue
    const at = scanner.position
    const site = scanner.take(SITE_NAME) ?? scanner.fail('expected the name of a site')
    if (settings.has(site)) scanner.fail(`"${site}" is set twice`, at)
    scanner.skipSpaces()
    if (!scanner.skip('=')) scanner.fail('expected "=" after the name of the site')
    settings.set(site, { site, terms: readTerms(scanner) })
    if (!scanner.isAtEnd && !scanner.isAt(';')) scanner.fail('expected "->", ";" or the end')
  } while (scanner.skip(';'))
  return [...settings.values()]
}

/**
 * Reads a seed, 0 to 4,294,967,295.
 * @throws {FailpointSyntaxError} with the column in `text`
 */
export function parseSeed(text: string): number {
  const scanner = new Scanner(text)
  scanner.skipSpaces()
  return toInteger(scanner, { text: text.trim(), at: scanner.position }, SEED)
}

/** Writes `terms` so that {@link parseActions} reads the same ones, with no white space of its own. */
export function formatActions(terms: readonly WrittenTerm[]): string {
  return terms.map(formatTerm).join('->')
}

function formatTerm({ percent, count, action }: WrittenTerm): string {
  const modifiers = (percent === undefined ? '' : `${percent}%`) + (count === undefined ? '' : `${count}*`)
  const argument = argumentOf(action)
  return modifiers + action.kind + (argument === undefined ? '' : `(${escapeArgument(String(argument))})`)
}

function argumentOf(action: WrittenAction): string | number | undefined {
  switch (action.kind) {
    case 'off':
    case 'crash':
      return undefined
    case 'return':
      return action.value
    case 'throw':
    case 'print':
      return action.message
    case 'sleep':
    case 'delay':
      return action.durationMs
    case 'exit':
      return action.code
    default:
      return action satisfies never
  }
}

function escapeArgument(argument: string): string {
  return argument.replace(isBalanced(argument) ? /\\/g : /[\\()]/g, '\\$&')
}

function isBalanced(argument: string): boolean {
  let depth = 0
  for (const character of argument) {
    if (character === '(') depth += 1
    if (character === ')') depth -= 1
    if (depth < 0) return false
  }
  return depth === 0
}

function readTerms(scanner: Scanner): readonly WrittenTerm[] {
  const terms: WrittenTerm[] = []
  do terms.push(readTerm(scanner))
  while (scanner.skip('->'))
  return terms
}

/** Reads one term, and the white space on both sides of it. */
function readTerm(scanner: Scanner): WrittenTerm {
  let percent: number | undefined
  let count: number | undefined
  for (;;) {
    scanner.skipSpaces()
    const at = scanner.position
    const text = scanner.take(NUMBER)
    if (text === undefined) break
    scanner.skipSpaces()
    if (scanner.skip('%')) {
      if (percent !== undefined) scanner.fail('a term has one percentage', at)
      if (count !== undefined) scanner.fail('the percentage stands before the count, as in 50%3*off', at)
      percent = toPercent(scanner, { text, at })
    } else if (scanner.skip('*')) {
      if (count !== undefined) scanner.fail('a term has one count', at)
      count = toInteger(scanner, { text, at }, COUNT)
    } else {
      scanner.fail('expected "%" or "*" after the number')
    }
  }
  const action = readAction(scanner)
  scanner.skipSpaces()
  return { percent, count, action }
}

function readAction(scanner: Scanner): WrittenAction {
  const at = scanner.position
  const name = scanner.take(ACTION_NAME) ?? scanner.fail('expected an action')
  const kind = ACTION_KINDS.find((known) => known === name) ?? failUnknownAction(scanner, name, at)
  scanner.skipSpaces()
  switch (kind) {
    case 'off':
    case 'crash':
      if (scanner.isAt('(')) scanner.fail(`"${kind}" takes no argument`)
      return { kind }
    case 'return':
      return { kind, value: readArgument(scanner) }
    case 'throw':
    case 'print':
      return { kind, message: readArgument(scanner) }
    case 'sleep':
    case 'delay':
      return { kind, durationMs: readInteger(scanner, kind, DURATION_MS) }
    case 'exit':
      return { kind, code: readInteger(scanner, kind, EXIT_CODE) }
    default:
      return kind satisfies never
  }
}

function failUnknownAction(scanner: Scanner, name: string, at: number): never {
  const nearest = nearestName(name, ACTION_KINDS)
  const next =
    nearest === undefined ? `the actions are ${ACTION_KINDS.join(', ')}` : `did you mean "${nearest}"?`
  return scanner.fail(`"${name}" is not an action: ${next}`, at)
}

/** Reads what stands in parentheses, with its escapes resolved; undefined when there are none. */
function readArgument(scanner: Scanner): string | undefined {
  const open = scanner.position
  if (!scanner.skip('(')) return undefined
  let argument = ''
  for (let depth = 1; ; ) {
    if (scanner.isAtEnd) scanner.fail('this "(" is never closed', open)
    let character = scanner.takeCharacter()
    if (character === '\\') {
      if (!scanner.isAt('(') && !scanner.isAt(')') && !scanner.isAt('\\')) {
        scanner.fail('a backslash stands only before "(", ")" or another backslash', scanner.position - 1)
      }
      character = scanner.takeCharacter()
    } else if (character === '(') {
      depth += 1
    } else if (character === ')') {
      depth -= 1
      if (depth === 0) return argument
    }
    argument += character
  }
}

/** Reads the argument that `kind` cannot do without. */
function readInteger(scanner: Scanner, kind: string, range: IntegerRange): number {
  const open = scanner.position
  const argument = readArgument(scanner)
  if (argument === undefined) return scanner.fail(`"${kind}" needs ${range.meaning}, as in ${kind}(1)`)
  const text = argument.trim()
  return toInteger(scanner, { text, at: open + 1 + argument.indexOf(text) }, range)
}

function toPercent(scanner: Scanner, { text, at }: Digits): number {
  const percent = Number(text)
  return percent <= 100 ? percent : scanner.fail(`a percentage is from 0 to 100, not ${text}`, at)
}

function toInteger(scanner: Scanner, { text, at }: Digits, { min, max, meaning }: IntegerRange): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (value >= min && value <= max) return value
  return scanner.fail(`${meaning} is an integer from ${min} to ${max}, not "${text}"`, at)
}

/** A text and how far it has been read. */
class Scanner {
  readonly #text: string
  #position = 0

  constructor(text: string) {
    this.#text = text
  }

  get position(): number {
    return this.#position
  }

  get isAtEnd(): boolean {
    return this.#position >= this.#text.length
  }

  isAt(token: string): boolean {
    return this.#text.startsWith(token, this.#position)
  }

  skip(token: string): boolean {
    if (!this.isAt(token)) return false
    this.#position += token.length
    return true
  }

  skipSpaces(): void {
    this.take(SPACES)
  }

  /** Takes what the sticky `pattern` matches here; undefined when it matches nothing. */
  take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#position
    const found = pattern.exec(this.#text)?.[0]
    this.#position += found?.length ?? 0
    return found
  }

  takeCharacter(): string {
    const character = this.#text.charAt(this.#position)
    this.#position += 1
    return character
  }

  fail(reason: string, position: number = this.#position): never {
    throw new FailpointSyntaxError(this.#text, position + 1, reason)
  }
}
