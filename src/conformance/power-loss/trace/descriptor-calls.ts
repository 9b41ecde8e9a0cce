/** Opening, closing and copying descriptors; making processes. */
import { descriptorIn, flagsIn, numberIn, shownPathIn } from './arguments.ts'
import { argumentAt, type CallContext, type CallHandler, pathAt } from './call-context.ts'
import type { OpenFile } from './processes.ts'
import { resize } from './write-calls.ts'

interface Opening {
  readonly path: string
  readonly flags: ReadonlySet<string>
}

function open(context: CallContext, { path: asked, flags }: Opening): void {
  const path = shownPathIn(context.call.result) ?? asked
  const { process, names } = context
  process.descriptors.delete(context.result)
  if (!names.isBelow(path)) return
  if (flags.has('O_TMPFILE')) context.refuse(`open a file without a name (O_TMPFILE) in ${path}`)
  const file = openFile(context, path, flags)
  if (file === undefined) return
  process.descriptors.set(context.result, { file, closesOnExec: flags.has('O_CLOEXEC') })
  if (flags.has('O_TRUNC') && file.node.size > 0) resize(context, file.node, 0)
}

function openFile(context: CallContext, path: string, flags: ReadonlySet<string>): OpenFile | undefined {
  const { names } = context
  let node = names.nodeOf(path)
  const place = names.placeOf(path)
  if (node === undefined && place !== undefined && flags.has('O_CREAT')) {
    node = names.create(place, 'file')
    if (!node.isVolatile) {
      const { directory, name } = place
      const text = `create ${node.label}`
      context.emit({
        kind: 'create',
        directory: directory.number,
        name,
        node: node.number,
        type: 'file',
        text,
      })
    }
  }
  return node && { ...modeOf(flags), node, position: 0 }
}

function modeOf(flags: ReadonlySet<string>): Omit<OpenFile, 'node' | 'position'> {
  return {
    isSynced: flags.has('O_DSYNC') || flags.has('O_SYNC'),
    isAppending: flags.has('O_APPEND'),
    isWritable: flags.has('O_RDWR') || flags.has('O_WRONLY'),
  }
}

function duplicate(context: CallContext, closesOnExec: boolean): void {
  const { process, result } = context
  const file = process.fileOf(descriptorIn(argumentAt(context, 0)))
  process.descriptors.delete(result)
  if (file !== undefined) process.descriptors.set(result, { file, closesOnExec })
}

function clone(context: CallContext): void {
  const { processes, call, result } = context
  if (result > 0) processes.clone(call.thread, result, call.args.includes('CLONE_FILES'))
}

function closeRange({ args, process }: CallContext): void {
  const [first = 0, last = 0] = args.map((text) => numberIn(text) ?? 0)
  for (const number of process.descriptors.keys())
    if (number >= first && number <= last) process.descriptors.delete(number)
}

const creating: ReadonlySet<string> = new Set(['O_WRONLY', 'O_CREAT', 'O_TRUNC'])

export const descriptorCalls: Readonly<Record<string, CallHandler>> = {
  open: (context) => open(context, { path: pathAt(context, 0), flags: flagsIn(context.args[1]) }),
  creat: (context) => open(context, { path: pathAt(context, 0), flags: creating }),
  openat: (context) => open(context, { path: pathAt(context, 1, 0), flags: flagsIn(context.args[2]) }),
  openat2: (context) => {
    const [, flags] = /flags=([A-Z_|0-9a-z]+)/.exec(argumentAt(context, 2)) ?? []
    open(context, { path: pathAt(context, 1, 0), flags: flagsIn(flags) })
  },
  close: (context) => void context.process.descriptors.delete(descriptorIn(argumentAt(context, 0)) ?? -1),
  close_range: closeRange,
  dup: (context) => duplicate(context, false),
  dup2: (context) => duplicate(context, false),
  dup3: (context) => duplicate(context, argumentAt(context, 2).includes('O_CLOEXEC')),
  fcntl: (context) => {
    const command = argumentAt(context, 1)
    if (command.startsWith('F_DUPFD')) duplicate(context, command === 'F_DUPFD_CLOEXEC')
  },
  chdir: (context) => {
    context.process.directory = pathAt(context, 0)
  },
  fchdir: (context) => {
    context.process.directory = shownPathIn(argumentAt(context, 0)) ?? context.process.directory
  },
  clone,
  clone3: clone,
  fork: clone,
  vfork: clone,
  execve: (context) => context.process.exec(),
  execveat: (context) => context.process.exec(),
}
