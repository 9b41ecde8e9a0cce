/** What the system lets this process have: told by Linux without a native call, and assumed to be no limit elsewhere. */
import { readFileSync } from 'node:fs'

const limits = new Map<string, number>()

/** RLIMIT_FSIZE in bytes. That there is none is remembered; a limit is read each time, as it may be raised from outside. */
export function fileSizeMax(): number {
  return readLimit('Max file size')
}

/** RLIMIT_AS in bytes. */
export function addressSpaceMax(): number {
  return readLimit('Max address space')
}

/** The address space that this process uses now, in bytes. 0 where that cannot be told. */
export function addressSpaceUsed(): number {
  try {
    const kib = /^VmSize:\s+(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]
    return kib === undefined ? 0 : Number(kib) * 1024
  } catch {
    return 0
  }
}

function readLimit(name: string): number {
  const known = limits.get(name)
  if (known !== undefined) return known
  const limit = parseLimit(name)
  if (limit === Number.POSITIVE_INFINITY) limits.set(name, limit)
  return limit
}

function parseLimit(name: string): number {
  try {
    const soft = new RegExp(`^${name}\\s+(\\d+)`, 'm').exec(readFileSync('/proc/self/limits', 'utf8'))?.[1]
    return soft === undefined ? Number.POSITIVE_INFINITY : Number(soft)
  } catch {
    return Number.POSITIVE_INFINITY
  }
}
