/** Which of the things that a power loss could leave are tried. */
import type { SeededRandom } from '../../random.ts'
import { type DataUnit, type Survivors, sectorCount, type Unit } from './unit.ts'

/** With so few units, every subset of them is tried. */
const exhaustiveUnitsMax = 5

/** Different choices for `pending`, at most `countMax` of them, and none and all in any case. */
export function chooseSurvivors(
  pending: readonly Unit[],
  countMax: number,
  random: SeededRandom,
): Survivors[] {
  if (pending.length === 0) return [new Map()]
  if (pending.length <= exhaustiveUnitsMax) {
    const torn = shares(tornChoices(pending, random), countMax, random)
    return [...allSubsets(pending), ...torn]
  }
  const left = Math.max(0, countMax - 2)
  const groups = [allButOne(pending), onlyOne(pending), prefixes(pending), suffixes(pending)]
  const chosen = [...groups, tornChoices(pending, random), scattered(pending, left, random)]
  const share = Math.ceil(left / chosen.length)
  return [keep([]), keep(pending), ...chosen.flatMap((group) => shares(group, share, random))]
}

function keep(units: readonly Unit[]): Survivors {
  return new Map(units.map(({ number }) => [number, 'whole']))
}

function allSubsets(units: readonly Unit[]): Survivors[] {
  return Array.from({ length: 2 ** units.length }, (_, bits) =>
    keep(units.filter((_unit, at) => (bits >> at) & 1)),
  )
}

/** The newest ones matter most: a half of the share is of them. */
function shares(group: readonly Survivors[], countMax: number, random: SeededRandom): readonly Survivors[] {
  if (group.length <= countMax) return group
  const newestCount = Math.ceil(countMax / 2)
  const newest = group.slice(-newestCount)
  return [...newest, ...random.shuffled(group.slice(0, -newestCount)).slice(0, countMax - newestCount)]
}

function allButOne(units: readonly Unit[]): Survivors[] {
  return units.map((lost) => keep(units.filter((unit) => unit !== lost)))
}

function onlyOne(units: readonly Unit[]): Survivors[] {
  return units.map((unit) => keep([unit]))
}

function prefixes(units: readonly Unit[]): Survivors[] {
  return units.slice(1).map((_, at) => keep(units.slice(0, at + 1)))
}

function suffixes(units: readonly Unit[]): Survivors[] {
  return units.slice(1).map((_, at) => keep(units.slice(at + 1)))
}

/** Each write of more than one sector in parts, with everything else, with what came before it, and with nothing else. */
function tornChoices(units: readonly Unit[], random: SeededRandom): Survivors[] {
  return units.flatMap((unit, at) => {
    if (unit.kind !== 'data' || sectorCount(unit) < 2) return []
    const contexts = [units, units.slice(0, at), [unit]]
    return contexts.map((others) => new Map([...keep(others), [unit.number, someSectors(unit, random)]]))
  })
}

/** A beginning, an end, or any of them; not none and not all. */
function someSectors(unit: DataUnit, random: SeededRandom): ReadonlySet<number> {
  const count = sectorCount(unit)
  const sectors = Array.from({ length: count }, (_, at) => at)
  const cut = random.integer(1, count - 1)
  const shape = random.weighted({ beginning: 4, end: 2, any: 3 })
  if (shape === 'beginning') return new Set(sectors.slice(0, cut))
  return new Set(shape === 'end' ? sectors.slice(cut) : random.shuffled(sectors).slice(0, cut))
}

function scattered(units: readonly Unit[], count: number, random: SeededRandom): Survivors[] {
  return Array.from({ length: count }, () => {
    const density = random.pick([0.2, 0.5, 0.5, 0.8])
    return keep(units.filter(() => random.chance(density)))
  })
}
