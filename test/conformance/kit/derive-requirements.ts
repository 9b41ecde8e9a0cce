/**
 * What a case needs, found by running it. What only Holdfast's own port has is watched; of the promises, one after the other is
 * left out, and a case that passes all the same did not need it.
 */
import type { FailpointRegistry } from '../../../failpoints/index.ts'
import type { LogAdapter } from '../../../src/conformance/adapter.ts'
import {
  type ContractCase,
  portRequirements,
  type Requirement,
  runContractCase,
} from '../../../src/conformance/contract/index.ts'
import { type CapabilityName, capabilityValues } from '../../../src/conformance/kit/capabilities.ts'
import type { LogOp, LogStore } from '../../../src/log/index.ts'
import { createMemoryAdapter } from '../../adapters/memory-adapter.ts'
import { createPortAdapter, everyCapability } from './memory-verbs.ts'

const capabilityNames = Object.keys(capabilityValues) as CapabilityName[]

/** A case about what the audit finds passes on a store without one, and says nothing. */
const about: readonly (readonly [prefix: string, requirement: Requirement])[] = [['LOG-AUDIT-', 'audit']]

export function deriveRequirements(contractCase: ContractCase): Requirement[] {
  const touched = watch(contractCase)
  const needsPort = portRequirements.some((word) => touched.has(word))
  const needed = needsPort ? touched : leaveOut(contractCase)
  for (const [, requirement] of about) if (isAbout(contractCase, requirement)) needed.add(requirement)
  return [...capabilityNames, ...portRequirements].filter((word) => needed.has(word))
}

/** Whether it is what the case is about, and missed by nobody else. */
export function isAbout({ id }: ContractCase, word: Requirement): boolean {
  return about.some(([prefix, requirement]) => requirement === word && id.startsWith(prefix))
}

export function passesWithout(contractCase: ContractCase, missing: ReadonlySet<Requirement>): boolean {
  const weakest = [...missing].map((name) => [name, capabilityValues[name as CapabilityName][0]])
  const promised = { ...everyCapability, ...Object.fromEntries(weakest) }
  // What is promised, and durable only with the next flush, has to do as well.
  const deferred = (['trim', 'floor', 'metadata'] as const).filter((name) => promised[name] !== false)
  const later = { ...promised, ...Object.fromEntries(deferred.map((name) => [name, 'deferred'])) }
  return [promised, later].every((capabilities) => passes(createPortAdapter(capabilities), contractCase))
}

function leaveOut(contractCase: ContractCase): Set<Requirement> {
  if (!passesWithout(contractCase, new Set())) return new Set(['ownPort'])
  const missing = new Set<Requirement>()
  for (const name of capabilityNames) {
    if (passesWithout(contractCase, new Set([...missing, name]))) missing.add(name)
  }
  return new Set(capabilityNames.filter((name) => !missing.has(name)))
}

function passes(adapter: LogAdapter, contractCase: ContractCase): boolean {
  try {
    runContractCase(adapter, contractCase)
    return true
  } catch {
    return false
  }
}

/** Runs the case on the memory store, and says what it made use of. */
function watch(contractCase: ContractCase): Set<Requirement> {
  const touched = new Set<Requirement>()
  const memory = createMemoryAdapter()
  const adapter: LogAdapter = {
    ...memory,
    open: (directory, options) => watchLog(memory.open(directory, options), touched),
  }
  const watched: ContractCase = {
    ...contractCase,
    run: (context) => {
      const failpoints = watchFailpoints(context.failpoints, touched)
      contractCase.run({
        ...context,
        failpoints,
        get events() {
          touched.add('observer')
          return context.events
        },
      })
    },
  }
  runContractCase(adapter, watched)
  return touched
}

function watchFailpoints(registry: FailpointRegistry, touched: Set<Requirement>): FailpointRegistry {
  return new Proxy(registry, {
    get(target, name) {
      if (name === 'arm' || name === 'countHits') touched.add('failpoints')
      const member: unknown = Reflect.get(target, name, target)
      return typeof member === 'function' ? member.bind(target) : member
    },
  })
}

function watchLog(log: LogStore, touched: Set<Requirement>): LogStore {
  return new Proxy(log, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target)
      if (name === 'stats' || name === 'reclaim') touched.add('stats')
      if (name === 'getMeta') touched.add('metadata')
      if (typeof member !== 'function') return member
      return (...parameters: readonly unknown[]) => {
        if (name === 'commit' || name === 'defer') noteOps(name, parameters[0], touched)
        const limit = parameters[2] as { readonly maxBytes?: number } | undefined
        if (name === 'read' && limit?.maxBytes !== undefined) touched.add('readLimit')
        return member.apply(target, parameters)
      }
    },
  })
}

const capabilityOfOp: Readonly<Record<LogOp['kind'], CapabilityName | undefined>> = {
  append: undefined,
  replaceSuffix: 'replaceSuffix',
  trim: 'trim',
  compact: 'floor',
  setMeta: 'metadata',
  deleteMeta: 'metadata',
}

function noteOps(how: 'commit' | 'defer', ops: unknown, touched: Set<Requirement>): void {
  if (how === 'defer') touched.add('defer')
  if (!Array.isArray(ops)) return
  if (ops.length > 1) touched.add('batch')
  for (const op of ops as readonly LogOp[]) {
    const capability = capabilityOfOp[op?.kind]
    if (capability !== undefined) touched.add(capability)
  }
}
