/** A report with every outcome, every level and two stories, one of them hostile: what a page has to bear. */
import type { ConformReport, FailureStory } from '../../../src/conformance/report/index.ts'
import { inconclusiveSuite } from '../../../src/conformance/report/index.ts'
import { contract, report, result } from './results.ts'

export const story: FailureStory = {
  earlier: 12,
  operations: [
    {
      text: 'appendEntries([value 31 of 120 bytes, value 32 of 88 bytes])',
      ending: 'durable',
      syncs: 1,
      survived: true,
    },
    { text: 'setDecidedIdx(14)', ending: 'deferred', survived: true },
    { text: 'getEntries(10, 14)', ending: 'read' },
    { text: 'trim(9)', ending: 'deferred', survived: false },
    { text: 'appendOnPrefix(40, [value 33 of 8 bytes])', ending: 'refused', note: 'LogGapError' },
    { text: 'setPromise(1.7.0.3)', ending: 'durable', syncs: 1, survived: false },
    {
      text: 'writeAtomically([appendEntry(value 34 of 9000 bytes), setAcceptedRound(1.7.0.3), trim(11)])',
      ending: 'in-flight',
    },
  ],
  crash: { after: 7, text: 'killed at hit 3 of the failpoint log.commit.inside' },
  unsynced: [
    { text: 'write log/data.mdb, 4096 bytes at 8192', survived: true },
    { text: 'rename log/CURRENT.new to log/CURRENT', survived: false },
  ],
  stderr: ['Error: the disk is odd <i>'],
  note: 'shrinking stopped after 20 s at 7 calls; --shrink-time 2m looks further',
  recovered: ['firstIndex 0, nextIndex 15, compactedIndex 0, entries: 15', 'promise: 1.6.0.2'],
  rules: [{ rule: 'hard-state-regressed', text: 'The promise went back from 1.7.0.3 to 1.6.0.2' }],
}

/** A store that served what a flipped bit had made of its file, and one that hung when it was cut. */
export const damages: readonly FailureStory[] = [
  {
    operations: [
      { text: 'bit 3 of byte 40000 of log/data.mdb flipped', ending: 'crashed', note: 'while it is closed' },
    ],
    damage: {
      ...{ path: 'log/data.mdb', fileBytes: 49_152, at: 40_000, bit: 3 },
      page: 'page 9 of 12, a leaf page',
      bytes: { from: 39_992, values: Array.from({ length: 16 }, (_, at) => at * 16) },
      did: 'came back with other data than was written, and no error said so',
    },
    recovered: ['firstIndex 0, nextIndex 3, compactedIndex 0, entries: 3'],
    rules: [{ rule: 'wrong', text: 'Acked entry 2 (value 2) is gone' }],
  },
  {
    operations: [{ text: 'log/<odd> cut to 0 bytes', ending: 'crashed' }],
    damage: {
      ...{ path: 'log/<odd>', fileBytes: 10, at: 0, page: 'page 0 of 1' },
      bytes: { from: 0, values: Array.from({ length: 10 }, () => 255) },
      did: 'ended its process, or hung',
    },
    recovered: [],
    rules: [{ rule: 'ended', text: 'It hung' }],
  },
]

/** What a hostile store might answer. */
export const hostile = `</script><script>document.title='owned'</script><img src=x onerror=document.title='owned'> ]]> & "'\u0000\u001b[31mred\u001b[0m\ud800\ufffe`

export function fullReport(): ConformReport {
  const hostileStory: FailureStory = {
    operations: [{ text: hostile, ending: 'durable', note: hostile }],
    recovered: [hostile],
    rules: [{ rule: hostile, text: hostile }],
  }
  const cases = [
    result('LOG-APPEND-001', 'passed'),
    result('LOG-APPEND-002', 'failed', {
      reason: 'AssertionError: 1 is not 2\n+ 1\n- 2',
      replay: "holdfast conform --replay 'hf1:x'",
    }),
    result('LOG-APPEND-003', 'failed', {
      story: hostileStory,
      reason: hostile,
      name: hostile,
      token: 'hf1:y',
    }),
    result('LOG-APPEND-004', 'skipped', { missing: ['trim'], reason: 'it does not promise trim' }),
    result('LOG-APPEND-005', 'passed', { since: '1.3.0' }),
    result('LOG-READ-001', 'failed', { reason: 'a prefix came back' }),
    result('LOG-READ-002', 'passed'),
  ]
  const kill = {
    name: 'kill',
    cases: [
      result('KILL-REPLAYABLE-1', 'passed'),
      result('KILL-REPLAYABLE-2', 'failed', {
        story,
        replay: 'holdfast conform --suite kill --kills 2 --seed 1',
      }),
    ],
    durationMs: 5_230,
  } as const
  const rot = {
    name: 'rot',
    cases: damages.map((one, at) => result(`ROT-${at + 1}`, 'failed', { story: one, replay: 'again' })),
    durationMs: 900,
  } as const
  return report(
    [contract(...cases), kill, rot, inconclusiveSuite('power-loss', 'there is no strace here: install it')],
    {
      adapter: {
        name: 'a <store>',
        version: '2.1.0',
        kind: 'log',
        capabilities: { trim: 'deferred', batch: true },
      },
      pinned: '1.2',
      startedAt: new Date('2026-11-21T10:00:00Z'),
      expectations: [
        { id: 'LOG-READ-001', expect: 'fail', reason: 'known', issue: 'https://example.org/1' },
        { id: 'LOG-READ-002', expect: 'fail', reason: 'known' },
      ],
    },
  )
}
