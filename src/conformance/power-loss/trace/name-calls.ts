/** Making, renaming and removing names. */
import { flagsIn } from './arguments.ts'
import { argumentAt, type CallContext, type CallHandler, labelOf, pathAt, placeAt } from './call-context.ts'
import type { Place } from './name-space.ts'

function makeDirectory(context: CallContext, place: Place | undefined): void {
  if (place === undefined) return
  const node = context.names.create(place, 'directory')
  const at = { directory: place.directory.number, name: place.name, node: node.number }
  context.emit({ kind: 'create', ...at, type: 'directory', text: `${context.call.name} ${node.label}` })
}

function remove({ call, emit }: CallContext, place: Place | undefined): void {
  if (place?.node === undefined) return
  const { directory, name, node } = place
  directory.names.delete(name)
  if (node.isVolatile) return
  emit({ kind: 'unlink', directory: directory.number, name, text: `${call.name} ${labelOf(place)}` })
}

interface Move {
  readonly from: Place | undefined
  readonly to: Place | undefined
  readonly flags: ReadonlySet<string>
}

function rename(context: CallContext, { from, to, flags }: Move): void {
  if (from === undefined && to === undefined) return
  const node = from?.node
  if (from === undefined || to === undefined || node === undefined) {
    context.refuse('move something into or out of the directory that is recorded')
    return
  }
  if (flags.has('RENAME_EXCHANGE') || flags.has('RENAME_WHITEOUT')) context.refuse('exchange two names')
  if (node.isVolatile || to.node?.isVolatile === true) {
    context.refuse(`rename ${labelOf(from)} to ${labelOf(to)}, of which one is volatile`)
    return
  }
  if (to.node === node) return
  const text = `${context.call.name} ${labelOf(from)} to ${labelOf(to)}`
  from.directory.names.delete(from.name)
  to.directory.names.set(to.name, node)
  node.label = labelOf({ ...to, node: undefined })
  context.emit({
    kind: 'rename',
    node: node.number,
    fromDirectory: from.directory.number,
    fromName: from.name,
    directory: to.directory.number,
    name: to.name,
    isReplacing: to.node !== undefined,
    text,
  })
}

function link(context: CallContext, path: string, to: Place | undefined): void {
  const node = context.names.nodeOf(path)
  if (to === undefined) return
  if (node === undefined || node.isVolatile) {
    context.refuse(`link ${path} into the directory that is recorded`)
    return
  }
  to.directory.names.set(to.name, node)
  const text = `${context.call.name} ${node.label} as ${to.name}`
  context.emit({ kind: 'link', directory: to.directory.number, name: to.name, node: node.number, text })
}

const noFlags: ReadonlySet<string> = new Set()

function special(context: CallContext, place: Place | undefined): void {
  if (place !== undefined) context.refuse(`make ${labelOf(place)} with ${context.call.name}`)
}

export const nameCalls: Readonly<Record<string, CallHandler>> = {
  mkdir: (context) => makeDirectory(context, placeAt(context, 0)),
  mkdirat: (context) => makeDirectory(context, placeAt(context, 1, 0)),
  rmdir: (context) => remove(context, placeAt(context, 0)),
  unlink: (context) => remove(context, placeAt(context, 0)),
  unlinkat: (context) => remove(context, placeAt(context, 1, 0)),
  rename: (context) =>
    rename(context, { from: placeAt(context, 0), to: placeAt(context, 1), flags: noFlags }),
  renameat: (context) =>
    rename(context, { from: placeAt(context, 1, 0), to: placeAt(context, 3, 2), flags: noFlags }),
  renameat2: (context) => {
    const flags = flagsIn(argumentAt(context, 4))
    rename(context, { from: placeAt(context, 1, 0), to: placeAt(context, 3, 2), flags })
  },
  link: (context) => link(context, pathAt(context, 0), placeAt(context, 1)),
  linkat: (context) => link(context, pathAt(context, 1, 0), placeAt(context, 3, 2)),
  symlink: (context) => special(context, placeAt(context, 1)),
  symlinkat: (context) => special(context, placeAt(context, 2, 1)),
  mknod: (context) => special(context, placeAt(context, 0)),
  mknodat: (context) => special(context, placeAt(context, 1, 0)),
}
