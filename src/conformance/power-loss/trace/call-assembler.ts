/** Puts the lines of strace together to whole calls. Pure. */

export interface TracedCall {
  /** The thread that called. */
  readonly thread: number
  readonly name: string
  /** What stands between the parentheses. */
  readonly args: string
  /** What stands after the equals sign: `3</path>`, `-1 ENOENT (...)`, `?`. */
  readonly result: string
  /** What the caller of {@link CallAssembler.take} called now when the call began. */
  readonly begunAt: number
}

const linePattern = /^(\d+) +(.*)$/s
const unfinished = ' <unfinished ...>'
const resumedPattern = /^<\.\.\. \w+ resumed>(.*)$/s

interface Begun {
  readonly text: string
  readonly at: number
}

/** Calls that another thread's lines cut in two come when they end, but for closes, whose descriptor is free at once. */
export class CallAssembler {
  readonly #begun = new Map<number, Begun>()

  /** Takes one line, recorded `now`, and returns the call that ends with it, if one does. */
  take(line: string, now: number): TracedCall | undefined {
    const [, threadText, text = ''] = linePattern.exec(line) ?? []
    if (threadText === undefined) return undefined
    const thread = Number(threadText)
    if (text.endsWith(unfinished)) return this.#begin(thread, text.slice(0, -unfinished.length), now)
    const [, rest] = resumedPattern.exec(text) ?? []
    if (rest === undefined) return callOf(thread, text, now)
    const begun = this.#begun.get(thread)
    this.#begun.delete(thread)
    return begun === undefined ? undefined : callOf(thread, begun.text + rest, begun.at)
  }

  #begin(thread: number, text: string, at: number): TracedCall | undefined {
    if (text.startsWith('close(')) return callOf(thread, `${text}) = 0`, at)
    this.#begun.set(thread, { text, at })
    return undefined
  }
}

/** The text is long and its strings hold no special characters, so this looks for the last ` = ` and the first `(` only. */
function callOf(thread: number, text: string, begunAt: number): TracedCall | undefined {
  const open = text.indexOf('(')
  const equals = text.lastIndexOf(' = ')
  const close = text.lastIndexOf(')', equals)
  if (open < 0 || equals < 0 || close < open) return undefined
  return {
    thread,
    name: text.slice(0, open),
    args: text.slice(open + 1, close),
    result: text.slice(equals + 3),
    begunAt,
  }
}
