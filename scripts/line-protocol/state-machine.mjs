/**
 * A state machine that speaks the line protocol: `holdfast conform --command 'node state-machine.mjs'`. Here it is one of Holdfast's own;
 * what is behind the commands may be anything.
 */
import { FileStateMachine } from 'holdfast/state-machine'
import { plain, unplain } from './plain.mjs'
import { serve } from './serve.mjs'

export const hello = {
  protocol: 1,
  minor: 1,
  name: 'a state machine in Node',
  version: '1.0.0',
  language: 'JavaScript',
  kind: 'state-machine',
  capabilities: {},
}

/** What it has handed out, by number: views, snapshots that are read, snapshots that are received. */
export class Served {
  handles = new Map()
  number = 0
  /** The position that was answered last: one that has failed tells it no more itself. */
  position

  constructor(machine) {
    this.machine = machine
  }

  keep(handle) {
    this.handles.set(++this.number, handle)
    return this.number
  }

  /** Also of one that has failed: as far as it was before. */
  tell() {
    const { machine } = this
    const { state } = machine
    if (state === 'failed') return { state, ...this.position }
    const [applied, durableApplied] = [machine.applied(), machine.durableApplied()]
    this.position = { applied, durableApplied, membership: machine.membership() ?? null }
    return { state, ...this.position }
  }

  /** A view, or else the machine itself. */
  reading({ view }) {
    return view === undefined ? this.machine : this.handles.get(view)
  }
}

const answers = {
  open: () => ({}),
  recover: async (served) => {
    const recovery = await served.machine.open()
    served.tell()
    return { recovery }
  },
  serve: async (served) => {
    await served.machine.start()
    served.tell()
  },
  unserve: async ({ machine }) => void (await machine.stop()),
  position: (served) => served.tell(),
  apply: async (served, { entries, wantPrev }) => {
    if (served.machine.state === 'running') served.tell()
    return { report: await served.machine.applyChunk(entries, { wantPrev }) }
  },
  getKey: (served, { key, view }) => ({ found: served.reading({ view }).get(key) ?? null }),
  getKeys: ({ machine }, { keys }) => ({ found: machine.getMulti(keys) }),
  scanKeys: (served, { view, ...options }) => ({ found: served.reading({ view }).scan(options) }),
  openView: (served) => {
    const view = served.machine.view()
    return { view: served.keep(view), at: view.at }
  },
  closeView: ({ handles }, { view }) => void handles.get(view).release(),
  size: ({ machine }) => ({ size: machine.size() }),
  lease: ({ machine: { leases } }, { what, key, limit }) => {
    const value = what === 'size' ? leases.size : leases[what](key ?? limit)
    return { answer: { value } }
  },
  createSnapshot: async ({ machine }, { kind }) => ({ manifest: await machine.createSnapshot({ kind }) }),
  currentSnapshot: async ({ machine }) => ({ manifest: (await machine.currentSnapshot()) ?? null }),
  listSnapshots: async ({ machine }) => ({ manifests: await machine.listSnapshots() }),
  openSnapshot: async (served, { snapshot }) => {
    const source = await served.machine.openSnapshot(snapshot)
    return { source: served.keep(source), manifest: source.manifest }
  },
  readBlock: async ({ handles }, { source, block }) => {
    for await (const { bytes, checksum } of handles.get(source).blocks(block))
      return { bytes: Buffer.from(bytes).toString('base64'), checksum }
  },
  closeSnapshot: async ({ handles }, { source }) => void (await handles.get(source).close()),
  beginInstall: async (served, { manifest }) => ({
    install: served.keep(await served.machine.beginInstall(manifest)),
  }),
  haveBlocks: ({ handles }, { install }) => ({ blocks: [...handles.get(install).have()] }),
  writeBlock: async ({ handles }, { install, block, bytes }) =>
    void (await handles.get(install).write(block, bytes)),
  commitInstall: async ({ handles }, { install }) => void (await handles.get(install).commit()),
  abortInstall: async ({ handles }, { install }) => void (await handles.get(install).abort()),
  flush: async ({ machine }) => void (await machine.flush()),
  checkpoint: async ({ machine }) => void (await machine.checkpoint()),
  resetState: async ({ machine }) => void (await machine.reset()),
  collectExpired: async ({ machine }, { limit }) => ({ count: await machine.collectExpired(limit) }),
  digest: async ({ machine }, { deep }) => ({ digest: await machine.digest({ deep }) }),
  close: async ({ machine }) => void (await machine.close()),
  stop: () => ({}),
}

/** Of Holdfast's errors the class is the code, so that the suites know it again. */
export function errorOf(error) {
  const { name, message, stack, cause, code, ...details } = error
  const fields = Object.entries(details).filter(([, value]) => typeof value !== 'object')
  return {
    code: error.name,
    message: error.message,
    definite: error.inDoubt !== true,
    details: Object.fromEntries(fields),
  }
}

export async function answer(served, cmd, request) {
  return plain((await answers[cmd](served, unplain(request))) ?? {})
}

if (process.argv[1] === import.meta.filename) {
  const open = (directory, { options }) => new Served(new FileStateMachine(directory, options))
  await serve({ hello, open, answer, errorOf })
}
