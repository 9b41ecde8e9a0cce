/** A directory as it is, as an image. */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Image } from './image.ts'

/** Takes links and sockets for nothing: a store that has any is not one that can be judged. */
export function imageOfDirectory(root: string, isTaken: (name: string) => boolean = () => true): Image {
  const parts: { readonly path: string; readonly bytes: Uint8Array | undefined }[] = []
  const hash = createHash('sha1')
  const walk = (directory: string): void => {
    const entries = readdirSync(join(root, directory), { withFileTypes: true })
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = join(directory, entry.name)
      if (!isTaken(entry.name) || !(entry.isFile() || entry.isDirectory())) continue
      const bytes = entry.isFile() ? readFileSync(join(root, path)) : undefined
      parts.push({ path, bytes })
      hash.update(`${path}\0${bytes?.length ?? 'directory'}\0`)
      if (bytes === undefined) walk(path)
      else hash.update(bytes)
    }
  }
  walk('')
  return { parts, hash: hash.digest('base64') }
}
