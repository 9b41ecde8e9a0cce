/** Raft storage, as that of which the files are damaged. */
import type { LogAdapter } from '../../adapter.ts'
import { AdapterError } from '../../kit/index.ts'
import { SeededRandom } from '../../random.ts'
import type { MakingOptions, RotSubject } from '../../rot/rot-subject.ts'
import { bigSizes, entriesMany, sizesOfMany } from '../../rot/sizes.ts'
import type { RaftCalls } from '../calls.ts'
import {
  type NamedEntry,
  RaftHistoryGenerator,
  type RaftHistoryOperation,
  type RaftPlace,
} from '../history.ts'
import { type RaftState, textOf } from '../model.ts'
import { openRaft } from '../opened.ts'
import { isSameLog, judgeEnds, judgeLog, type RaftRecovered, type RaftView } from '../oracle.ts'
import { perform, placeOf } from '../perform.ts'
import { describeState } from '../story.ts'

/** Without its audit, which is told apart. */
type View = Omit<RaftView, 'audit'>

export function raftRotSubject(adapter: LogAdapter): RotSubject {
  return {
    adapter,
    checker: new URL('../power-loss/checker.js', import.meta.url),
    make: (directory, options) => makeStorage(adapter, directory, options),
    viewsOf: (recovered) => {
      const { again, ...first } = recovered as RaftRecovered
      return [first, again].map(({ audit: _, ...view }): View => view)
    },
    auditOf: (recovered) => {
      const { again, ...first } = recovered as RaftRecovered
      return [first, again].flatMap(({ audit, unusable = [] }) => [...audit, ...unusable])
    },
    isSame: (sound, found) => isSame(sound as View, found as View),
    compare: (sound, wrong) => compare(sound as View, wrong as View),
    describe: (view) => describeState((view as View).state),
  }
}

async function makeStorage(
  adapter: LogAdapter,
  directory: string,
  { seed, operations }: MakingOptions,
): Promise<void> {
  const opened = openRaft(adapter, directory)
  const generator = new RaftHistoryGenerator(new SeededRandom(seed, 'rot'), 1, opened.calls)
  for (let left = operations; left > 0; left--) {
    const operation = generator.next(placeOf(opened))
    if (operation.kind === 'reopen') continue
    try {
      await perform(opened, operation)
    } catch (error) {
      // The history makes mistakes on purpose.
      if (error instanceof AdapterError) throw error
    }
  }
  for (const operation of closingOperations(placeOf(opened), opened.calls)) await perform(opened, operation)
  opened.close()
}

type Operation = Exclude<RaftHistoryOperation, { kind: 'reopen' }>

/** Enough entries that a tree has several levels, values that do not fit on a page, a vote, and places that are free in between. */
function closingOperations({ last, hardState }: RaftPlace, calls: RaftCalls): Operation[] {
  const term = (hardState?.currentTerm ?? 0) + 1
  const entriesOf = (from: number, sizes: readonly number[]): NamedEntry[] =>
    sizes.map((size, at) => {
      return { index: from + at, term, kind: 'command', value: { number: 1_000_000 + from + at, size } }
    })
  const commit = last.index + entriesMany / 2
  const purged = { index: last.index + entriesMany / 4, term }
  return [
    { kind: 'save', state: { currentTerm: term, votedFor: 'one', commit: hardState?.commit } },
    { kind: 'append', entries: entriesOf(last.index + 1, sizesOfMany) },
    { kind: 'save', state: { currentTerm: term, votedFor: 'one', commit } },
    ...(calls.snapshots ? [{ kind: 'takeSnapshot', at: purged, value: snapshotValue } as const] : []),
    ...(calls.purge ? [{ kind: 'purge', upTo: purged } as const] : []),
    { kind: 'append', entries: entriesOf(last.index + 1 + entriesMany, bigSizes) },
    { kind: 'save', state: { currentTerm: term + 1, votedFor: 'another', commit } },
  ]
}

const snapshotValue = { number: 2_000_000, size: 10_000 }

function compare(sound: View, wrong: View): string {
  const [expected, found] = [sound.state.log, wrong.state.log]
  const isAllButCommit = isSameLog({ ...expected, commit: undefined }, { ...found, commit: undefined })
  const texts = [
    ...(isAllButCommit ? [] : judgeLog([expected], found)).map(({ text }) => text),
    ...(expected.commit === found.commit
      ? []
      : [`The commit index is ${found.commit ?? 'none'}, and should be ${expected.commit ?? 'none'}`]),
    ...judgeEnds(wrong).map(({ text }) => text),
    ...compareSnapshots(sound.state, wrong.state),
  ]
  return texts.join('; ')
}

/** A snapshot that the storage says is unusable may be missing: whoever asks for it is told. */
function isSame(sound: View, { unusable = [], ...found }: View): boolean {
  const there = new Set(found.state.snapshots.map(textOf))
  const isTold = unusable.length > 0
  const snapshots = sound.state.snapshots.filter((one) => !isTold || there.has(textOf(one)))
  const expected = { ...sound, state: { ...sound.state, snapshots }, unusable: undefined }
  return JSON.stringify(expected) === JSON.stringify({ ...found, unusable: undefined })
}

function compareSnapshots({ snapshots: expected }: RaftState, { snapshots: found }: RaftState): string[] {
  const [wanted, there] = [expected, found].map((list) => list.map(textOf))
  if (JSON.stringify(wanted) === JSON.stringify(there)) return []
  return [`The snapshots are ${there?.join(', ') || 'none'}, and should be ${wanted?.join(', ') || 'none'}`]
}
