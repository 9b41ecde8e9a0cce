import fc from 'fast-check'
import { test } from 'vitest'
import type { WrittenAction } from '../../failpoints/actions.ts'
import { FailpointSyntaxError } from '../../failpoints/errors.ts'
import {
  formatActions,
  parseActions,
  parseSeed,
  parseSettings,
  type WrittenTerm,
} from '../../failpoints/grammar.ts'
import { propertyParameters } from '../property-parameters.ts'

const argument = fc.oneof(
  fc.string({ unit: 'binary' }),
  // What the grammar itself is made of, so that escapes meet each other.
  fc.string({ unit: fc.constantFrom('(', ')', '\\', ';', '->', '=', '%', '*', ' ', '\n', 'a') }),
)
const optionalArgument = fc.option(argument, { nil: undefined })
const durationMs = fc.integer({ min: 0, max: 2 ** 31 - 1 })

const action: fc.Arbitrary<WrittenAction> = fc.oneof(
  fc.record({ kind: fc.constantFrom('off' as const, 'crash' as const) }, { noNullPrototype: true }),
  fc.record({ kind: fc.constant('return' as const), value: optionalArgument }, { noNullPrototype: true }),
  fc.record(
    { kind: fc.constantFrom('throw' as const, 'print' as const), message: optionalArgument },
    { noNullPrototype: true },
  ),
  fc.record(
    { kind: fc.constantFrom('sleep' as const, 'delay' as const), durationMs },
    { noNullPrototype: true },
  ),
  fc.record(
    { kind: fc.constant('exit' as const), code: fc.integer({ min: 0, max: 255 }) },
    { noNullPrototype: true },
  ),
)

const percent = fc.oneof(
  fc.integer({ min: 0, max: 100 }),
  // No -0: a text has no sign, so it cannot say it.
  fc.double({ min: 0, max: 100, noNaN: true }).map((value) => value + 0),
)

const term: fc.Arbitrary<WrittenTerm> = fc.record(
  {
    percent: fc.option(percent, { nil: undefined }),
    count: fc.option(fc.integer({ min: 1, max: 2 ** 32 - 1 }), { nil: undefined }),
    action,
  },
  { noNullPrototype: true },
)

const terms = fc.array(term, { minLength: 1, maxLength: 6 })

/** Strings that come near to the grammar, and strings that do not. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc
    .array(
      fc.constantFrom(
        ...[
          'off',
          'return',
          'throw',
          'sleep',
          'exit',
          'crsh',
          'a.b',
          '=',
          ';',
          '->',
          '(',
          ')',
          '\\',
          '%',
          '*',
        ],
        ...[
          ' ',
          '0',
          '7',
          '50',
          '1.5',
          '1e9',
          '99999999999',
          '-',
          '.',
          '\n',
          '\u0000',
          '\ud800',
          '\u{1f4be}',
        ],
      ),
      { maxLength: 40 },
    )
    .map((tokens) => tokens.join('')),
  // A correct text with something in it replaced.
  fc.tuple(terms, fc.nat(), fc.string({ maxLength: 2 })).map(([correct, at, replacement]) => {
    const text = formatActions(correct)
    const cut = at % (text.length + 1)
    return text.slice(0, cut) + replacement + text.slice(cut + 1)
  }),
)

function isSame(left: unknown, right: unknown): boolean {
  return fc.stringify(left) === fc.stringify(right)
}

test('law: what is formatted is read back as it was', () => {
  fc.assert(
    fc.property(terms, (written) => isSame(parseActions(formatActions(written)), written)),
    propertyParameters(2000),
  )
})

test('law: settings are read as their actions are alone', () => {
  const settings = fc.uniqueArray(
    fc.tuple(fc.stringMatching(/^[a-z][a-z0-9_-]*(\.[a-z0-9_-]+){0,2}$/), terms),
    {
      selector: ([site]) => site,
      maxLength: 4,
    },
  )
  fc.assert(
    fc.property(settings, (pairs) => {
      const text = pairs.map(([site, written]) => `${site}=${formatActions(written)}`).join(';')
      return isSame(
        parseSettings(text),
        pairs.map(([site, written]) => ({ site, terms: written })),
      )
    }),
    propertyParameters(100),
  )
})

test.each([
  ['parseActions', (text: string): unknown => parseActions(text)],
  ['parseSettings', (text: string): unknown => parseSettings(text)],
  ['parseSettings of a site', (text: string): unknown => parseSettings(`a.b=${text}`)],
  ['parseSeed', (text: string): unknown => parseSeed(text)],
])('law: %s() reads any string, or points into it', (_, read) => {
  fc.assert(
    fc.property(anyText, (text) => {
      try {
        read(text)
      } catch (error) {
        if (!(error instanceof FailpointSyntaxError)) throw error
        const { column } = error
        return Number.isInteger(column) && column >= 1 && column <= error.text.length + 1
      }
      return true
    }),
    propertyParameters(2000),
  )
})

test('law: formatting what was read changes nothing the second time', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      let read: readonly WrittenTerm[]
      try {
        read = parseActions(text)
      } catch {
        return true
      }
      const written = formatActions(read)
      return isSame(parseActions(written), read) && formatActions(parseActions(written)) === written
    }),
    propertyParameters(2000),
  )
})
