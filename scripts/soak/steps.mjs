// One step of the soak: what an engine does to a log, now and then with something going wrong.
import { MissedFailureError } from './missed-failure.mjs'

const batchSizes = [1, 1, 1, 10, 10, 50, 100, 100, 200, 1000]
const reclaimEntriesMax = 5000

/** Weights of a thousand. */
const steps = [
  { weight: 690, run: append },
  { weight: 100, run: deferTrim },
  { weight: 60, run: failInjected },
  { weight: 40, run: refuse },
  { weight: 50, run: replaceSuffix },
  { weight: 40, run: changeMeta },
  { weight: 15, run: flush },
  { weight: 4, run: reclaim },
  { weight: 1, run: trimEverything },
]

/** `run` is `{ log, failpoints, model, entryOf, random, live, tally }`. */
export function takeStep(run) {
  let draw = run.random() % 1000
  const { run: step } = steps.find(({ weight }) => {
    draw -= weight
    return draw < 0
  })
  step(run)
}

function append(run) {
  const ops = [{ kind: 'append', entries: nextEntries(run) }]
  // Half of the trims ride with an append, as those of an engine that compacts in its write path.
  if (run.random() % 2 === 0) ops.push(...trimToSize(run))
  commit(run, ops)
}

function commit({ log, model, tally }, ops) {
  log.commit(ops)
  model.committed(ops)
  for (const op of ops) tally.appended += op.entries?.length ?? 0
  tally.commits++
}

/** A batch is a small part of what is live, or the log would be as large as its largest batch. */
function nextEntries({ model, entryOf, random, live }, from = model.visible.end, cut = undefined) {
  const count = Math.min(batchSizes[random() % batchSizes.length], Math.ceil(live / 20))
  return Array.from({ length: count }, (_, offset) =>
    entryOf(from + offset, cut ?? model.cutOf(from + offset)),
  )
}

/** Trims down to between half of the live entries and all of them, and sets the floor to match. */
function trimToSize({ model, random, live }) {
  const { first, end } = model.visible
  const keep = live / 2 + (random() % Math.ceil(live / 2))
  if (end - first <= keep) return []
  const upTo = Math.floor(end - keep)
  return [
    { kind: 'trim', upTo },
    { kind: 'compact', index: upTo },
  ]
}

function deferTrim(run) {
  const ops = trimToSize(run)
  run.log.defer(ops)
  run.model.deferred(ops)
  run.tally.deferred += ops.length
}

function replaceSuffix(run) {
  const { first, end, floor } = run.model.visible
  const from = Math.max(first, floor, end - (run.random() % 300))
  if (from >= end) return
  // The entries that stand at and after `from` are written after one cut more.
  commit(run, [{ kind: 'replaceSuffix', from, entries: nextEntries(run, from, run.model.cutNext) }])
  run.tally.truncations++
}

function changeMeta(run) {
  const key = `key-${run.random() % 8}`
  const value = run.entryOf(run.random(), 0)
  const op = run.random() % 4 === 0 ? { kind: 'deleteMeta', key } : { kind: 'setMeta', key, value }
  if (run.random() % 2 === 0) {
    commit(run, [op])
  } else {
    run.log.defer([op])
    run.model.deferred([op])
    run.tally.deferred++
  }
}

function flush({ log, model }) {
  log.flush()
  model.flushed()
}

/** A reclaim is a commit, and takes what was deferred with it; one with nothing to remove writes nothing. */
function reclaim({ log, model, random, tally }) {
  const removed = log.reclaim(random() % reclaimEntriesMax)
  if (removed > 0) model.flushed()
  tally.reclaimed += removed
}

function trimEverything(run) {
  const { end } = run.model.visible
  commit(run, [
    { kind: 'trim', upTo: end },
    { kind: 'compact', index: end },
  ])
}

/** A batch of puts and removals that is thrown away: before its transaction, or when everything is in it. */
function failInjected(run) {
  const { log, failpoints, random, tally } = run
  const site = random() % 4 === 0 ? 'log.commit.before' : 'log.commit.inside'
  const action = ['throw(soak)', 'return(ENOSPC)', 'return(EFBIG)'][random() % 3]
  const ops = [{ kind: 'append', entries: nextEntries(run) }, ...trimToSize(run)]
  const armed = failpoints.arm(site, `1*${action}`)
  try {
    mustFail('HOLDFAST_WRITE_FAILED', () => log.commit(ops))
  } finally {
    armed.disarm()
  }
  tally.injected++
}

/** What the caller got wrong changes nothing, also in the middle of a batch. */
function refuse(run) {
  const { log, random, model, tally } = run
  const { end, floor } = model.visible
  const good = { kind: 'append', entries: nextEntries(run) }
  const bad = [
    ['HOLDFAST_LOG_GAP', { kind: 'replaceSuffix', from: end + 5000, entries: [Buffer.of(1)] }],
    ['HOLDFAST_COMPACTED', { kind: 'replaceSuffix', from: floor - 1, entries: [] }],
    ['HOLDFAST_INVALID_ARGUMENT', { kind: 'append', entries: [Buffer.of(1), 'text'] }],
  ]
  const [code, op] = bad[floor === 0 ? 0 : random() % bad.length]
  mustFail(code, () => log.commit([good, op]))
  tally.refused++
}

function mustFail(code, body) {
  try {
    body()
  } catch (error) {
    if (error.code === code && !error.inDoubt) return
    throw error
  }
  throw new MissedFailureError(code)
}
