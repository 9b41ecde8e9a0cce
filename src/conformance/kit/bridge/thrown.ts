/** Takes errors across the bridge: apart on the adapter's side, together on the suites'. */
import * as errors from '../../../errors.ts'
import { messageOf } from '../../../message-of.ts'
import * as stateErrors from '../../../state-machine/errors.ts'
import { AdapterError, type AdapterErrorKind, StoreFailure } from '../adapter-error.ts'
import type { ThrownError } from './protocol.ts'

export function takeApart(thrown: unknown): ThrownError {
  if (!(thrown instanceof Error)) {
    const isDefinite = (thrown as { definite?: unknown } | undefined)?.definite === true
    const message = messageOf(thrown)
    return { name: 'Error', message, stack: undefined, isDefinite, adapterKind: undefined, fields: {} }
  }
  const fields = Object.entries(thrown).filter(([, value]) => isPlain(value))
  const { name, message, stack } = thrown
  const own = Object.fromEntries(fields) as ThrownError['fields']
  const isAdapters = own['code'] === 'HOLDFAST_ADAPTER'
  return {
    ...{ name, message, stack },
    isDefinite: own['definite'] === true,
    adapterKind: isAdapters ? (own['kind'] as AdapterErrorKind) : undefined,
    fields: own,
  }
}

function isPlain(value: unknown): value is string | number | boolean | undefined {
  return value === undefined || ['string', 'number', 'boolean'].includes(typeof value)
}

/** An error of Holdfast's class where it has the name of one and its adapter promises that names mean this. */
export function putTogether(thrown: ThrownError, method: string, isTyped: boolean): Error {
  const { name, message, adapterKind, isDefinite, fields, stack } = thrown
  if (adapterKind !== undefined) {
    const { method: missing } = fields
    return new AdapterError(adapterKind, message, typeof missing === 'string' ? { method: missing } : {})
  }
  const errorClass = isTyped ? classOf(name) : undefined
  if (errorClass === undefined) return new StoreFailure({ name, method, isDefinite }, message)
  const error = new Error(message)
  Object.setPrototypeOf(error, errorClass.prototype)
  // The class has the name already, and does not let it be set.
  const { name: _, ...others } = fields
  return Object.assign(error, others, { stack })
}

function classOf(name: string): { readonly prototype: object } | undefined {
  const found: unknown = { ...errors, ...stateErrors }[name as keyof typeof errors]
  if (typeof found !== 'function' || !(found.prototype instanceof errors.HoldfastError)) return undefined
  return found as unknown as { readonly prototype: object }
}
