/** How a replay command names the adapter again, so that it can be pasted into a shell, on another machine too. Pure. */
import { commandOf } from '../line-protocol/command-url.ts'

/**
 * With a space before it. `argument` is what was typed to name the adapter, or the URL of a command's; empty or absent: nothing was.
 * @param option  with a space behind it; empty: the command takes it by its place
 */
export function adapterWords(argument: string | undefined, option: '--adapter ' | ''): string {
  if (argument === undefined || argument === '') return ''
  const command = commandOf(argument)
  return command === undefined ? ` ${option}${quoted(argument)}` : ` --command ${quoted(command)}`
}

function quoted(word: string): string {
  return /^[\w@%+=:,./~\\-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
