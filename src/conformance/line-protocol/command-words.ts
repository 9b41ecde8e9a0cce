/** What a person typed after `--command` as a program and its arguments. */

export interface CommandWords {
  readonly program: string
  readonly words: readonly string[]
}

/** What only a shell understands, outside of quotes. */
const shellCharacters = new Set('|&;<>()$`*?[]#~!\n')
const plainPath = /^[\w./@%+,:-]+$/

/**
 * Cuts `command` into words, at spaces outside of quotes, and puts `directory` where it says `{dir}`. A command that needs a
 * shell, for a pipe or a variable, is given to `/bin/sh`.
 */
export function commandWords(command: string, directory: string): CommandWords {
  const [program, ...words] = (split(command) ?? []).map((word) => word.replaceAll('{dir}', directory))
  if (program !== undefined) return { program, words }
  const quoted = plainPath.test(directory) ? directory : `'${directory.replaceAll("'", "'\\''")}'`
  return { program: '/bin/sh', words: ['-c', command.replaceAll('{dir}', quoted)] }
}

/** `undefined`: it needs a shell. */
function split(command: string): string[] | undefined {
  const words: string[] = []
  let word: string | undefined
  let quote: string | undefined
  for (const character of command) {
    if (quote !== undefined) {
      if (character === quote) quote = undefined
      else if (quote === '"' && '$`\\'.includes(character)) return undefined
      else word += character
    } else if (character === "'" || character === '"') {
      quote = character
      word ??= ''
    } else if (character === '\\' || shellCharacters.has(character)) {
      return undefined
    } else if (character === ' ' || character === '\t') {
      if (word !== undefined) words.push(word)
      word = undefined
    } else {
      word = (word ?? '') + character
    }
  }
  if (word !== undefined) words.push(word)
  // `NAME=value program` sets a variable, and a quote without its end is the shell's to complain about.
  return quote === undefined && !words[0]?.includes('=') ? words : undefined
}
