/** How a stranger hands their storage in, and what is checked of it at once. */
import { nearestName } from '../../../failpoints/nearest-name.ts'
import { show } from '../../arguments.ts'
import { AdapterError } from './adapter-error.ts'
import { type Capabilities, type CapabilityName, capabilityValues } from './capabilities.ts'
import {
  type AdapterKind,
  type Awaitable,
  adapterKinds,
  mandatoryMethods,
  type VerbsByKind,
} from './verbs.ts'

export interface AdapterDefinition<K extends AdapterKind = AdapterKind> {
  /** As reports call the storage. */
  readonly name: string
  /** Of the storage, for reports. */
  readonly version?: string | undefined
  /** What `open` returns. Default `log`. */
  readonly kind?: K | undefined
  /** What the storage promises beyond the least. Default: nothing. */
  readonly capabilities?: Capabilities | undefined
  /** Whether what was acked outlives its process. Default `true`: a storage in memory says `false`, and is not killed. */
  readonly survivesProcess?: boolean | undefined
  /** Names of files whose content never matters after a power loss: a table of readers, a lock. Default: none. */
  readonly volatileFiles?: readonly string[] | undefined
  /**
   * Opens the storage in `directory`, which exists, creating it when nothing is there; the next open of the same directory finds
   * what was left. Called many times, and in processes that are killed. `signal` is aborted when nobody waits for it any more.
   */
  open(directory: string, options: { readonly signal: AbortSignal }): Awaitable<VerbsByKind[K]>
}

/** A definition that was checked, with what it leaves out. */
export interface DefinedAdapter<K extends AdapterKind = AdapterKind> {
  readonly name: string
  readonly version: string | undefined
  readonly kind: K
  readonly capabilities: Capabilities
  readonly survivesProcess: boolean
  readonly volatileFiles: readonly string[]
  readonly open: AdapterDefinition<K>['open']
}

/** All that an adapter says of itself. */
export type AdapterDescription = Omit<DefinedAdapter, 'open'>

const keys = ['name', 'version', 'kind', 'capabilities', 'survivesProcess', 'volatileFiles', 'open']

/**
 * Checks an adapter and fills in what it leaves out. Make it the default export of a module: a child that is to be killed loads
 * the module again.
 * @throws {AdapterError} a key or a capability is unknown (the message names the nearest), or `name` or `open` is missing
 */
export function defineAdapter<K extends AdapterKind = 'log'>(
  definition: AdapterDefinition<K>,
): DefinedAdapter<K> {
  if (typeof definition !== 'object' || definition === null) {
    throw wrong(`${show(definition)} is no adapter: give an object with a name and open(directory)`)
  }
  checkKeys('key', Object.keys(definition), keys)
  const {
    name,
    version,
    kind = 'log',
    capabilities = {},
    survivesProcess = true,
    volatileFiles = [],
  } = definition
  if (typeof name !== 'string' || name === '') throw wrong('it needs a name, a text that is not empty')
  const { open } = definition
  if (typeof open !== 'function')
    throw wrong(`"${name}" needs open(directory), which opens the storage there`)
  checkChoice('kind', kind, adapterKinds)
  checkCapabilities(capabilities)
  if (typeof survivesProcess !== 'boolean') throw wrong('survivesProcess is true or false')
  if (!Array.isArray(volatileFiles)) throw wrong('volatileFiles is a list of names of files')
  return Object.freeze({
    ...{ name, version, kind: kind as K, capabilities, survivesProcess, volatileFiles },
    // A method of a class instance keeps its instance.
    open: open.bind(definition),
  })
}

/** Whether it came out of {@link defineAdapter}, or could go in: a log of Holdfast's own port has no kind. */
export function isDefinition(value: unknown): value is AdapterDefinition {
  if (typeof value !== 'object' || value === null) return false
  // An adapter of Holdfast's own port may have a kind too: where Raft storage is opened on it.
  return !('snapshots' in value) && ('kind' in value || !('survivesProcess' in value))
}

/** The method that a promise needs, where the mandatory ones are not enough. */
const methodsOf: Readonly<Record<AdapterKind, Partial<Record<CapabilityName, readonly string[]>>>> = {
  log: {
    replaceSuffix: ['replaceSuffix'],
    trim: ['trim'],
    floor: ['compact', 'compactedIndex'],
    metadata: ['setMeta', 'getMeta'],
    batch: ['commit'],
    defer: ['defer', 'flush'],
    audit: ['audit'],
  },
  paxos: { batch: ['writeAtomically'] },
  raft: { batch: ['saveWith'] },
  'state-machine': {},
}

/**
 * Checks that what `open` returned has the methods that the adapter's kind and its promises need.
 * @throws {AdapterError} one is missing
 */
export function checkMethods({ name, kind, capabilities }: DefinedAdapter, opened: unknown): void {
  const has = (method: string): boolean =>
    typeof opened === 'object' &&
    opened !== null &&
    typeof (opened as Record<string, unknown>)[method] === 'function'
  for (const method of mandatoryMethods[kind]) {
    if (has(method)) continue
    const text = `What open() of "${name}" returned has no method ${method}, and an adapter of kind ${kind} needs it`
    throw new AdapterError('missing-method', `${text}; add it, or choose another kind`)
  }
  for (const [capability, methods] of Object.entries(neededMethods(kind, capabilities))) {
    const missing = methods.find((method) => !has(method))
    if (missing === undefined) continue
    const text = `"${name}" promises ${capability}, and what open() returned has no method ${missing}`
    throw new AdapterError('missing-method', `${text}; add it, or promise less`)
  }
}

function neededMethods(
  kind: AdapterKind,
  capabilities: Capabilities,
): Readonly<Record<string, readonly string[]>> {
  const promised = Object.entries(methodsOf[kind]).filter(([name]) => capabilities[name as CapabilityName])
  const isDeferred = Object.values(capabilities).includes('deferred')
  return {
    ...Object.fromEntries(promised),
    ...(isDeferred && { 'something that is durable later': ['flush'] }),
  }
}

function checkCapabilities(capabilities: Capabilities): void {
  if (typeof capabilities !== 'object' || capabilities === null) throw wrong('capabilities is an object')
  checkKeys('capability', Object.keys(capabilities), Object.keys(capabilityValues))
  for (const [name, value] of Object.entries(capabilities)) {
    if (value !== undefined) checkChoice(name, value, capabilityValues[name as CapabilityName])
  }
}

function checkKeys(what: string, given: readonly string[], known: readonly string[]): void {
  for (const key of given) {
    if (known.includes(key)) continue
    const nearest = nearestName(key, known)
    const next = nearest === undefined ? `there are ${known.join(', ')}` : `did you mean ${nearest}?`
    throw wrong(`there is no ${what} ${show(key)}: ${next}`)
  }
}

function checkChoice(what: string, value: unknown, choices: readonly (string | boolean)[]): void {
  if (choices.includes(value as string | boolean)) return
  throw wrong(`${what} cannot be ${show(value)}: it is one of ${choices.map(show).join(', ')}`)
}

function wrong(what: string): AdapterError {
  return new AdapterError('definition', `The adapter is not defined as it should be: ${what}`)
}
