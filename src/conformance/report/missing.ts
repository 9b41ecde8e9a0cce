import type { LogAdapter } from '../adapter.ts'
import { portRequirements, type Requirement } from '../contract/index.ts'

/** Why something is skipped, in a line. */
export function describeMissing({ name }: LogAdapter, missing: readonly Requirement[]): string {
  const isOfPort = (word: Requirement): boolean => (portRequirements as readonly Requirement[]).includes(word)
  const ofPort = missing.filter(isOfPort)
  if (ofPort.length > 0) return `only a store of Holdfast's own port has ${listed(ofPort)}`
  return `${name} does not promise ${listed(missing)}`
}

function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
}
