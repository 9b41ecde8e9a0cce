/** One damage as the point of a token: it needs no list of all that there are. Pure. */
import type { Damage } from './damage.ts'

/** A damage, and how the store is made that it is done to. */
export interface ExactDamage {
  readonly operations: number
  readonly damage: Damage
}

/** `60,flip,4711,3,log/data.mdb`, or `60,cut,4096,log/data.mdb`. */
export function formatDamage({ operations, damage }: ExactDamage): string {
  const where = damage.kind === 'flip' ? [damage.offset, damage.bit] : [damage.bytes]
  return [operations, damage.kind, ...where, damage.path].join(',')
}

/** `undefined`: it is none. */
export function parseDamage(text: string): ExactDamage | undefined {
  const [, operations, kind, at, bit, path = ''] =
    /^(\d{1,6}),(?:(flip|cut),(\d{1,15})(?:,([0-7]))?),(.+)$/.exec(text) ?? []
  if (kind === 'flip' && bit !== undefined) {
    const damage = { kind, path, offset: Number(at), bit: Number(bit), group: 'page' } as const
    return { operations: Number(operations), damage }
  }
  if (kind !== 'cut' || bit !== undefined) return undefined
  return { operations: Number(operations), damage: { kind, path, bytes: Number(at), group: 'cut' } }
}
