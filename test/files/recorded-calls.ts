/** What was asked of the file system, in order: the real calls, which are also made. To be used within `vi.mock`. */
import type * as fs from 'node:fs'

/** Such as `fsync <path>`, `mkdir <path>`, `rename <from> <to>`. */
export const calls: string[] = []

export function recordCalls(real: typeof fs): typeof fs {
  const paths = new Map<number, string>()
  return {
    ...real,
    openSync: (path, flags, mode) => {
      const descriptor = real.openSync(path, flags, mode)
      paths.set(descriptor, String(path))
      return descriptor
    },
    closeSync: (descriptor) => {
      real.closeSync(descriptor)
      paths.delete(descriptor)
    },
    fsyncSync: (descriptor) => {
      calls.push(`fsync ${paths.get(descriptor)}`)
      real.fsyncSync(descriptor)
    },
    mkdirSync: ((path: fs.PathLike, options?: fs.MakeDirectoryOptions) => {
      calls.push(`mkdir ${path}`)
      return real.mkdirSync(path, options)
    }) as typeof fs.mkdirSync,
    renameSync: (from, to) => {
      calls.push(`rename ${from} ${to}`)
      real.renameSync(from, to)
    },
  }
}
