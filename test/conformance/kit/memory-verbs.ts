/** A log of the kit in memory, which lacks whatever it does not promise, as badly as it may. */
import type { LogAdapter } from '../../../src/conformance/adapter.ts'
import { StoreFailure } from '../../../src/conformance/kit/adapter-error.ts'
import {
  type Capabilities,
  type FullCapabilities,
  fullCapabilities,
} from '../../../src/conformance/kit/capabilities.ts'
import type { LogVerbs } from '../../../src/conformance/kit/index.ts'
import { PortLog } from '../../../src/conformance/kit/port-log.ts'
import { type DeferrableOp, MemoryDisk, MemoryLog } from '../../../src/log/index.ts'

/** Everything that can be promised. */
export const everyCapability: FullCapabilities = {
  appendList: 'atomic',
  replaceSuffix: 'atomic',
  trim: 'returned',
  floor: 'returned',
  metadata: 'returned',
  batch: true,
  defer: true,
  lostDeferred: 'suffix',
  endRemembered: true,
  singleOwner: true,
  typedErrors: true,
  audit: true,
  readLimit: true,
}

/** As the suites get it: without a thread, so without its cost. */
export function createPortAdapter(promised: Capabilities): LogAdapter {
  const capabilities = fullCapabilities(promised)
  const disks = new Map<string, MemoryDisk>()
  return {
    ...{ name: 'memory verbs', survivesProcess: false, kind: 'log', capabilities },
    open: (directory) => {
      const disk = openDisk(disks.get(directory) ?? new MemoryDisk(), capabilities)
      disks.set(directory, disk)
      const verbs = call(capabilities, 'open', () => createVerbs(disk, capabilities))
      const methods = verbs as unknown as Readonly<
        Record<string, ((...p: readonly unknown[]) => unknown) | undefined>
      >
      return new PortLog({
        name: 'log',
        capabilities,
        call: (method, ...parameters) =>
          call(capabilities, method, () => {
            const body = methods[method]
            if (body === undefined) throw new Error(`There is no method ${method}`)
            return body.apply(verbs, [...parameters])
          }),
        abandon: () => verbs.abandon?.(),
        has: (method) => method in methods,
      })
    },
  }
}

/** As an error crosses the bridge. */
function call<T>({ typedErrors }: FullCapabilities, method: string, body: () => T): T {
  try {
    return body()
  } catch (error) {
    if (typedErrors) throw error
    throw new StoreFailure({ name: 'Error', method, isDefinite: false }, 'no')
  }
}

function openDisk(disk: MemoryDisk, { endRemembered, singleOwner }: FullCapabilities): MemoryDisk {
  if (!singleOwner) disk.owner = undefined
  if (!endRemembered && disk.owner === undefined && disk.cursor.first === disk.cursor.end) {
    disk.cursor = { ...disk.cursor, first: 0, end: 0 }
  }
  return disk
}

function createVerbs(disk: MemoryDisk, capabilities: FullCapabilities): LogVerbs {
  const log = new MemoryLog({ disk })
  const { trim, floor, metadata, replaceSuffix, batch, defer, audit, readLimit } = capabilities
  const change = (how: 'returned' | 'deferred' | false, op: DeferrableOp): void => {
    if (how === 'deferred') log.defer([op])
    else log.commit([op])
  }
  return {
    append: (entries) => log.commit([{ kind: 'append', entries }]),
    read: (from, to, limit) => log.read(from, to, readLimit ? limit : undefined),
    firstIndex: () => log.firstIndex,
    nextIndex: () => log.nextIndex,
    close: () => log.close(),
    abandon: () => log.abandon(),
    flush: () => log.flush(),
    ...(replaceSuffix && {
      replaceSuffix: (from, entries) => log.commit([{ kind: 'replaceSuffix', from, entries }]),
    }),
    ...(trim && { trim: (upTo) => change(trim, { kind: 'trim', upTo }) }),
    ...(floor && {
      compact: (index) => change(floor, { kind: 'compact', index }),
      compactedIndex: () => log.compactedIndex,
    }),
    ...(metadata && {
      setMeta: (key, value) =>
        change(metadata, value === undefined ? { kind: 'deleteMeta', key } : { kind: 'setMeta', key, value }),
      getMeta: (key) => log.getMeta(key),
    }),
    ...(batch && { commit: (ops) => log.commit(ops) }),
    ...(defer && { defer: (ops) => log.defer(ops) }),
    ...(audit && { audit: () => log.audit() }),
  }
}
