/** What a process has changed in a directory: seen by the times of its files, which are set to one that is long past before. */
import { lstatSync, readdirSync, utimesSync } from 'node:fs'
import { join } from 'node:path'

/** In seconds. */
const longPast = 1

/** Paths of everything in a directory, relative to it. */
export type Contents = ReadonlySet<string>

/** Makes everything in `root` old. */
export function makeOld(root: string): Contents {
  const paths = pathsIn(root)
  for (const path of paths) utimesSync(join(root, path), longPast, longPast)
  return new Set(paths)
}

/** What happened since, in words and in order: what was made, removed, and written, be it to the same bytes. */
export function changesIn(root: string, before: Contents, isVolatile: (name: string) => boolean): string[] {
  const paths = pathsIn(root).filter((path) => !isVolatile(path.slice(path.lastIndexOf('/') + 1)))
  const there = new Set(paths)
  const changes = paths.flatMap((path) => {
    if (!before.has(path)) return [`made ${path}`]
    const { mtimeMs, isFile } = statOf(join(root, path))
    return isFile && mtimeMs !== longPast * 1000 ? [`written ${path}`] : []
  })
  return [
    ...changes,
    ...[...before].filter((path) => !there.has(path)).map((path) => `removed ${path}`),
  ].sort()
}

function statOf(path: string): { readonly mtimeMs: number; readonly isFile: boolean } {
  const stat = lstatSync(path)
  return { mtimeMs: stat.mtimeMs, isFile: stat.isFile() }
}

function pathsIn(root: string): string[] {
  return readdirSync(root, { withFileTypes: true, recursive: true }).map((entry) =>
    join(entry.parentPath, entry.name).slice(root.length + 1),
  )
}
