import { describe, expect, test } from 'vitest'
import { FailpointSyntaxError } from '../../failpoints/errors.ts'
import {
  formatActions,
  isSiteName,
  parseActions,
  parseSeed,
  parseSettings,
  type WrittenTerm,
} from '../../failpoints/grammar.ts'

/** A term without a percentage or a count. */
function always(action: WrittenTerm['action']): WrittenTerm {
  return { percent: undefined, count: undefined, action }
}

function syntaxErrorOf(read: () => unknown): FailpointSyntaxError {
  try {
    read()
  } catch (error) {
    if (error instanceof FailpointSyntaxError) return error
    throw error
  }
  throw new Error('expected a syntax error')
}

describe('parseActions()', () => {
  test.each<[string, WrittenTerm['action']]>([
    ['off', { kind: 'off' }],
    ['return', { kind: 'return', value: undefined }],
    ['return()', { kind: 'return', value: '' }],
    ['return(short)', { kind: 'return', value: 'short' }],
    ['throw', { kind: 'throw', message: undefined }],
    ['throw(no space left)', { kind: 'throw', message: 'no space left' }],
    ['print', { kind: 'print', message: undefined }],
    ['print(here)', { kind: 'print', message: 'here' }],
    ['sleep(0)', { kind: 'sleep', durationMs: 0 }],
    ['sleep(2147483647)', { kind: 'sleep', durationMs: 2_147_483_647 }],
    ['delay(25)', { kind: 'delay', durationMs: 25 }],
    ['crash', { kind: 'crash' }],
    ['exit(0)', { kind: 'exit', code: 0 }],
    ['exit(255)', { kind: 'exit', code: 255 }],
  ])('%s', (text, action) => {
    expect(parseActions(text)).toStrictEqual([always(action)])
  })

  test.each([
    ['50%off', 50, undefined],
    ['0%off', 0, undefined],
    ['100%off', 100, undefined],
    ['0.125%off', 0.125, undefined],
    ['1e-7%off', 1e-7, undefined],
    ['5*off', undefined, 5],
    ['4294967295*off', undefined, 4_294_967_295],
    ['007*off', undefined, 7],
    ['2.5%3*off', 2.5, 3],
  ])('%s has its percentage and its count', (text, percent, count) => {
    expect(parseActions(text)).toStrictEqual([{ percent, count, action: { kind: 'off' } }])
  })

  test('a chain keeps the order of its terms', () => {
    expect(parseActions('5*off->50%return(a)->crash')).toStrictEqual([
      { percent: undefined, count: 5, action: { kind: 'off' } },
      { percent: 50, count: undefined, action: { kind: 'return', value: 'a' } },
      always({ kind: 'crash' }),
    ])
  })

  test('white space may stand between any two tokens', () => {
    expect(parseActions(' \t50 % 3 * sleep ( 7 ) \n -> off ')).toStrictEqual([
      { percent: 50, count: 3, action: { kind: 'sleep', durationMs: 7 } },
      always({ kind: 'off' }),
    ])
  })

  test.each([
    ['return( a )', ' a '],
    ['return(a;b->c=d%e*f)', 'a;b->c=d%e*f'],
    ['return(f(x)(y))', 'f(x)(y)'],
    ['return(\\))', ')'],
    ['return(\\()', '('],
    ['return(\\\\)', '\\'],
    ['return(a\nb)', 'a\nb'],
    ['return(\u{1f4be})', '\u{1f4be}'],
  ])('the argument of %j is %j', (text, value) => {
    expect(parseActions(text)).toStrictEqual([always({ kind: 'return', value })])
  })

  test.each([
    ['', 1, 'expected an action'],
    ['   ', 4, 'expected an action'],
    ['off->', 6, 'expected an action'],
    ['->off', 1, 'expected an action'],
    ['-5%off', 1, 'expected an action'],
    ['.5%off', 1, 'expected an action'],
    ['50%', 4, 'expected an action'],
    ['crsh', 1, '"crsh" is not an action: did you mean "crash"?'],
    ['off -> retrun(1)', 8, '"retrun" is not an action: did you mean "return"?'],
    [
      'explode',
      1,
      '"explode" is not an action: the actions are off, return, throw, print, sleep, delay, crash, exit',
    ],
    ['OFF', 1, '"OFF" is not an action'],
    ['toString', 1, '"toString" is not an action'],
    ['5off', 2, 'expected "%" or "*" after the number'],
    ['5', 2, 'expected "%" or "*" after the number'],
    ['100.5%off', 1, 'a percentage is from 0 to 100, not 100.5'],
    [' 1e3%off', 2, 'a percentage is from 0 to 100, not 1e3'],
    ['1%2%off', 3, 'a term has one percentage'],
    ['3*50%off', 3, 'the percentage stands before the count, as in 50%3*off'],
    ['3*4*off', 3, 'a term has one count'],
    ['0*off', 1, 'a count is an integer from 1 to 4294967295, not "0"'],
    ['4294967296*off', 1, 'a count is an integer from 1 to 4294967295, not "4294967296"'],
    ['50%1.5*off', 4, 'a count is an integer from 1 to 4294967295, not "1.5"'],
    ['off(1)', 4, '"off" takes no argument'],
    ['crash ()', 7, '"crash" takes no argument'],
    ['sleep', 6, '"sleep" needs a time in milliseconds, as in sleep(1)'],
    ['delay->off', 6, '"delay" needs a time in milliseconds, as in delay(1)'],
    ['exit', 5, '"exit" needs an exit code, as in exit(1)'],
    ['sleep()', 7, 'a time in milliseconds is an integer from 0 to 2147483647, not ""'],
    ['sleep( 1.5 )', 8, 'a time in milliseconds is an integer from 0 to 2147483647, not "1.5"'],
    ['delay(2147483648)', 7, 'a time in milliseconds is an integer from 0 to 2147483647, not "2147483648"'],
    ['exit(256)', 6, 'an exit code is an integer from 0 to 255, not "256"'],
    ['exit(-1)', 6, 'an exit code is an integer from 0 to 255, not "-1"'],
    ['return(a', 7, 'this "(" is never closed'],
    ['return(a(b)', 7, 'this "(" is never closed'],
    ['return(\\', 8, 'a backslash stands only before "(", ")" or another backslash'],
    ['return(a\\nb)', 9, 'a backslash stands only before "(", ")" or another backslash'],
    ['return(a))', 10, 'expected "->" or the end'],
    ['off off', 5, 'expected "->" or the end'],
    ['off;off', 4, 'expected "->" or the end'],
    ['off- >off', 4, 'expected "->" or the end'],
  ])('%j is wrong at column %i', (text, column, reason) => {
    const error = syntaxErrorOf(() => parseActions(text))
    expect([error.column, error.text]).toStrictEqual([column, text])
    expect(error.message).toContain(`at column ${column}: ${reason}`)
  })

  test('a hundred thousand nested parentheses are one argument', () => {
    const nested = '('.repeat(100_000) + ')'.repeat(100_000)
    expect(parseActions(`return(${nested})`)).toStrictEqual([always({ kind: 'return', value: nested })])
  })
})

describe('parseSettings()', () => {
  test('each setting names a site', () => {
    expect(parseSettings('log.commit.before=off;log.commit.after-2=return(a;b)')).toStrictEqual([
      { site: 'log.commit.before', terms: [always({ kind: 'off' })] },
      { site: 'log.commit.after-2', terms: [always({ kind: 'return', value: 'a;b' })] },
    ])
  })

  test.each(['', ' ', ';', ' ; ; '])('%j sets nothing', (text) => {
    expect(parseSettings(text)).toStrictEqual([])
  })

  test('white space and empty settings may stand anywhere between', () => {
    expect(parseSettings(' ; a = off ;; b\n=\noff ; ').map(({ site }) => site)).toStrictEqual(['a', 'b'])
  })

  test.each([
    ['=off', 1, 'expected the name of a site'],
    ['a=off;(b)=off', 7, 'expected the name of a site'],
    ['a', 2, 'expected "=" after the name of the site'],
    ['a b=off', 3, 'expected "=" after the name of the site'],
    ['a.=off', 2, 'expected "=" after the name of the site'],
    ['a=', 3, 'expected an action'],
    ['a=off;b=;c=off', 9, 'expected an action'],
    ['a=off;b=crsh', 9, '"crsh" is not an action: did you mean "crash"?'],
    ['a=off b=off', 7, 'expected "->", ";" or the end'],
    ['a=off; a=crash', 8, '"a" is set twice'],
  ])('%j is wrong at column %i', (text, column, reason) => {
    const error = syntaxErrorOf(() => parseSettings(text))
    expect([error.column, error.text]).toStrictEqual([column, text])
    expect(error.message).toContain(`at column ${column}: ${reason}`)
  })
})

describe('parseSeed()', () => {
  test.each([
    ['0', 0],
    [' 42 ', 42],
    ['4294967295', 4_294_967_295],
  ])('%j', (text, seed) => {
    expect(parseSeed(text)).toBe(seed)
  })

  test.each([
    ['', 1],
    [' x', 2],
    ['-1', 1],
    ['1.5', 1],
    ['1e3', 1],
    ['4294967296', 1],
  ])('%j is wrong at column %i', (text, column) => {
    const error = syntaxErrorOf(() => parseSeed(text))
    expect(error.column).toBe(column)
    expect(error.message).toContain(`a seed is an integer from 0 to 4294967295, not "${text.trim()}"`)
  })
})

describe('formatActions()', () => {
  test.each([
    [' 50 % 3 * return ( a ) -> off', '50%3*return( a )->off'],
    ['return()', 'return()'],
    ['return', 'return'],
    ['return(a(b))', 'return(a(b))'],
    ['return(a\\(b\\))', 'return(a(b))'],
    ['return(\\)\\()', 'return(\\)\\()'],
    ['007*sleep( 05 )', '7*sleep(5)'],
  ])('%j is written as %j', (text, written) => {
    expect(formatActions(parseActions(text))).toBe(written)
  })
})

describe('isSiteName()', () => {
  test.each(['a', 'log.commit.before', 'a-b.c_d.E9'])('%j is one', (name) => {
    expect(isSiteName(name)).toBe(true)
  })

  test.each(['', '.', 'a.', '.a', 'a..b', 'a b', 'a=b', ' a', 'a;', '-a', 'é'])('%j is none', (name) => {
    expect(isSiteName(name)).toBe(false)
  })
})

describe('FailpointSyntaxError', () => {
  test('shows the text, and a caret under the column', () => {
    expect(syntaxErrorOf(() => parseSettings('a=off;b=crsh')).message).toBe(
      [
        'Cannot read failpoints at column 9: "crsh" is not an action: did you mean "crash"?',
        '  a=off;b=crsh',
        '          ^',
      ].join('\n'),
    )
  })

  test('puts the caret under the character when others take two code units or break the line', () => {
    expect(
      syntaxErrorOf(() => parseActions('return(\u{1f4be}\n)x'))
        .message.split('\n')
        .slice(1),
    ).toStrictEqual(['  return(\u{1f4be} )x', '            ^'])
  })

  test('shows the neighbourhood of the column of a long text', () => {
    const text = `return(${'a'.repeat(500)})x->return(${'b'.repeat(500)})`
    const [, shown = '', caret = ''] = syntaxErrorOf(() => parseActions(text)).message.split('\n')
    expect(shown.length).toBeLessThan(140)
    expect(shown[caret.indexOf('^')]).toBe('x')
    expect(shown).toMatch(/^ {2}\.\.\.a+\)x->return\(b+\.\.\.$/)
  })
})
