/** Reads the arguments of a call as strace writes them with `-xx`: every string is `"\x61\x62"`. Pure. */

/** Splits at the commas that are not within brackets. Strings hold neither commas nor brackets. */
export function splitArguments(text: string): string[] {
  const parts: string[] = []
  let depth = 0
  let from = 0
  for (let at = 0; at < text.length; at++) {
    const character = text[at]
    if (character === '"') at = endOfString(text, at)
    else if (character === '[' || character === '{' || character === '(') depth += 1
    else if (character === ']' || character === '}' || character === ')') depth -= 1
    else if (character === ',' && depth === 0) {
      parts.push(text.slice(from, at).trim())
      from = at + 1
    }
  }
  parts.push(text.slice(from).trim())
  return parts
}

function endOfString(text: string, from: number): number {
  const end = text.indexOf('"', from + 1)
  return end < 0 ? text.length : end
}

/** The bytes of a string; `undefined` when strace has cut it short, or it is none. */
export function bytesIn(argument: string): Buffer | undefined {
  const end = argument.lastIndexOf('"')
  if (!argument.startsWith('"') || end === 0 || argument.endsWith('...')) return undefined
  return Buffer.from(argument.slice(1, end).replaceAll('\\x', ''), 'hex')
}

export function textIn(argument: string): string | undefined {
  return bytesIn(argument)?.toString('utf8')
}

/** The bytes of all parts of a vector, `[{iov_base="...", iov_len=2}, ...]`; `undefined` when one is cut short. */
export function vectorBytesIn(argument: string): Buffer | undefined {
  const parts: Buffer[] = []
  if (!argument.startsWith('[') || /\.\.\.\]?$/.test(argument.slice(-4))) return undefined
  for (let at = argument.indexOf('iov_base='); at >= 0; ) {
    const from = at + 'iov_base='.length
    const end = argument[from] === '"' ? endOfString(argument, from) + 1 : from
    const isCut = argument.startsWith('...', end)
    const bytes = isCut ? undefined : bytesIn(argument.slice(from, end))
    if (bytes === undefined) return undefined
    parts.push(bytes)
    at = argument.indexOf('iov_base=', end)
  }
  return Buffer.concat(parts)
}

/** The descriptor in `3</path>` or `0x3`. */
export function descriptorIn(argument: string): number | undefined {
  const [, hex, decimal] = /^(?:(0x[0-9a-f]+)|(\d+))/.exec(argument) ?? []
  const text = hex ?? decimal
  return text === undefined ? undefined : Number(text)
}

/** The path that strace shows with a descriptor, or with AT_FDCWD: `-y`. */
export function shownPathIn(argument: string): string | undefined {
  const [, hex] = /^(?:\d+|AT_FDCWD)<((?:\\x[0-9a-f]{2})*)>/.exec(argument) ?? []
  return hex === undefined ? undefined : Buffer.from(hex.replaceAll('\\x', ''), 'hex').toString('utf8')
}

/** A number, in any base that strace writes. `undefined` for an error, or an answer that never came. */
export function numberIn(text: string | undefined): number | undefined {
  const [found] = /^-?(?:0x[0-9a-f]+|\d+)/.exec(text ?? '') ?? []
  return found === undefined ? undefined : Number(found)
}

export function flagsIn(argument: string | undefined): ReadonlySet<string> {
  return new Set((argument ?? '').split('|'))
}
