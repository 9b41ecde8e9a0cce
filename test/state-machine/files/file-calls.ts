/** What was asked of the file system, in order, by names without their directories: the real calls, which are also made. */
import type * as fs from 'node:fs'
import { basename } from 'node:path'

export const calls: string[] = []

const names = new Map<number, string>()

export function recordCalls(real: typeof fs): typeof fs {
  /** Replaces a function that takes a path or a descriptor first. */
  const noting = <F extends (...given: never[]) => unknown>(verb: string, call: F): F => {
    const noted = ((first: number | string, ...rest: never[]) => {
      const name = typeof first === 'number' ? (names.get(first) ?? '?') : basename(String(first))
      calls.push(`${verb} ${name}`)
      return call(first as never, ...rest)
    }) as unknown as F
    // What `promisify` goes by is in symbols of the function.
    for (const symbol of Object.getOwnPropertySymbols(call))
      Object.defineProperty(noted, symbol, Object.getOwnPropertyDescriptor(call, symbol) ?? {})
    return noted
  }
  return {
    ...real,
    openSync: (path, flags, mode) => {
      const descriptor = real.openSync(path, flags, mode)
      names.set(descriptor, real.statSync(path).isDirectory() ? 'directory' : basename(String(path)))
      return descriptor
    },
    write: noting('write', real.write),
    writev: noting('write', real.writev),
    fsync: noting('sync', real.fsync),
    writeSync: noting('write', real.writeSync),
    writeFileSync: noting('write', real.writeFileSync),
    fdatasyncSync: noting('sync', real.fdatasyncSync),
    fsyncSync: noting('sync', real.fsyncSync),
    ftruncateSync: noting('truncate', real.ftruncateSync),
    unlinkSync: noting('remove', real.unlinkSync),
    renameSync: (from, to) => {
      calls.push(`rename to ${basename(String(to))}`)
      real.renameSync(from, to)
    },
  }
}
