/** A log, as that of which the files are damaged. */
import type { LogAdapter } from '../adapter.ts'
import { differences } from '../differences.ts'
import { HistoryGenerator, type HistoryOperation, type NamedValue } from '../history.ts'
import { describeView } from '../kill/explain.ts'
import { type KillStorage, perform, storageOn } from '../kill/perform.ts'
import { AdapterError } from '../kit/index.ts'
import type { ModelView } from '../model.ts'
import { isSameView, type Recovered } from '../oracle.ts'
import { unpromisedKinds } from '../promised-history.ts'
import { SeededRandom } from '../random.ts'
import type { MakingOptions, RotSubject } from './rot-subject.ts'
import { bigSizes, entriesMany, sizesOfMany } from './sizes.ts'

export function logRotSubject(adapter: LogAdapter): RotSubject {
  return {
    adapter,
    checker: new URL('../power-loss/check/checker.js', import.meta.url),
    make: (directory, options) => makeLog(adapter, directory, options),
    viewsOf: (recovered) => {
      const { view, again } = recovered as Recovered
      return [view, again.view]
    },
    auditOf: (recovered) => {
      const { audit, again } = recovered as Recovered
      return [...audit, ...again.audit]
    },
    isSame: (sound, found) => isSameView(sound as ModelView<string>, found as ModelView<string>),
    compare: (sound, wrong) => compare(sound as ModelView<string>, wrong as ModelView<string>),
    describe: (view) => describeView(view as ModelView<string>),
  }
}

/** A closed store that holds entries, metadata, big values, and places that are free again. */
async function makeLog(
  adapter: LogAdapter,
  directory: string,
  { seed, operations }: MakingOptions,
): Promise<void> {
  const storage: KillStorage = storageOn(await adapter.open(directory), undefined, adapter.parts)
  const { capabilities } = adapter
  const generator = new HistoryGenerator(new SeededRandom(seed, 'rot'), 1, 1, capabilities)
  for (let left = operations; left > 0; left--) {
    const { firstIndex, nextIndex, compactedIndex } = storage.log
    const operation = generator.next({ firstIndex, nextIndex, compactedIndex })
    if (operation.kind === 'reopen') continue
    try {
      await perform(storage, operation)
    } catch (error) {
      // The history makes mistakes on purpose.
      if (error instanceof AdapterError) throw error
    }
  }
  const unpromised: ReadonlySet<string> =
    capabilities === undefined ? new Set() : unpromisedKinds(capabilities)
  for (const operation of closingOperations(storage.log.nextIndex))
    if (!unpromised.has(operation.kind)) await perform(storage, operation)
  await storage.close()
}

/** Enough entries that a tree has several levels, values that do not fit on a page, and places that are free in between. */
function closingOperations(nextIndex: number): Exclude<HistoryOperation, { readonly kind: 'reopen' }>[] {
  const valuesOf = (sizes: readonly number[]): NamedValue[] =>
    sizes.map((size, at) => ({ number: 1_000_000 + at, size }))
  return [
    { kind: 'appendEntries', entries: valuesOf(sizesOfMany) },
    { kind: 'trim', upTo: nextIndex + entriesMany / 4 },
    { kind: 'appendEntries', entries: valuesOf(bigSizes) },
    { kind: 'setPromise', ballot: { configId: 1, n: 1_000_000, priority: 0, pid: 1 } },
  ]
}

function compare(sound: ModelView<string>, wrong: ModelView<string>): string {
  const seen = new Set([...sound.entries, ...sound.meta].map(([, value]) => value))
  return differences([sound], wrong, { seen, issued: seen })
    .map(({ text }) => text)
    .join('; ')
}
