/**
 * The stores, with what the suites have to say of each setting. A suite that is not named is not run. `shown` is asked of those that
 * hold: is what was shown after a kill still there when the power goes then?
 */
const store = (path) => String(new URL(`./stores/${path}`, import.meta.url))
const holds = { kill: 'holds' }
/** How the log is read and written does not depend on what is synced, and the kills look at it as well: once. */
const withContract = { contract: 'holds', ...holds }

export const rows = [
  {
    store: 'classic-level 3.0.0',
    configuration: 'default (`sync: false`)',
    url: store('level.mjs?sync=false&created=aside'),
    expected: { ...holds, posix: 'found', journaled: 'found' },
  },
  {
    store: 'classic-level 3.0.0',
    configuration: '`sync: true`',
    url: store('level.mjs?sync=true'),
    expected: { ...holds, posix: 'found', journaled: 'found' },
  },
  {
    store: 'classic-level 3.0.0',
    configuration: '`sync: true`, created aside',
    url: store('level.mjs?sync=true&created=aside'),
    expected: { ...holds, posix: 'found', journaled: 'holds', shown: 'found' },
  },
  ...[
    ['WAL', 'FULL', 'holds', withContract],
    ['WAL', 'NORMAL', 'found'],
    ['WAL', 'OFF', 'found'],
    ['DELETE', 'OFF', 'found'],
    ['DELETE', 'FULL', 'found'],
    ['DELETE', 'EXTRA', 'holds'],
  ].map(([journal, synchronous, verdict, first = holds]) => ({
    store: 'better-sqlite3 12.6.2',
    configuration: `\`journal_mode=${journal}\`, \`synchronous=${synchronous}\``,
    url: store(`sqlite.mjs?journal=${journal}&synchronous=${synchronous}`),
    expected: {
      ...first,
      posix: verdict,
      journaled: verdict,
      ...(verdict === 'holds' && { shown: 'found' }),
    },
  })),
  {
    store: 'lmdb 3.5.6',
    configuration: '`overlappingSync: false`',
    url: store('lmdb.mjs?overlapping=no'),
    expected: { ...holds, posix: 'found', journaled: 'holds', shown: 'found' },
  },
  {
    store: 'lmdb 3.5.6',
    configuration: '`overlappingSync: false`, created aside',
    url: store('lmdb.mjs?overlapping=no&created=aside'),
    expected: { ...holds, posix: 'holds', journaled: 'holds', shown: 'found' },
  },
  {
    store: 'lmdb 3.5.6',
    configuration: 'default, awaited',
    url: store('lmdb.mjs'),
    expected: holds,
    why: 'it looks at whether the machine was started anew, which a rebuilt directory cannot show',
  },
  {
    store: 'lmdb 3.5.6',
    configuration: 'default, not awaited',
    url: store('lmdb.mjs?wait=no'),
    expected: { kill: 'found' },
    // What is not yet written when the process dies depends on the clock: the first kill that finds some ends the run.
    kills: 100,
    why: 'the kill has found it',
  },
]
