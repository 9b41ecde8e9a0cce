/** The journal with a bug. Whether it is one depends on what is promised. */
import { setTimeout } from 'node:timers/promises'
import { journalCapabilities, openJournal } from './journal.mjs'

const one = (op, entries) => [{ ...op, entries }]
const isMeta = ({ kind }) => kind === 'setMeta' || kind === 'deleteMeta'

/** A later trim may be a lesser one: each is kept. */
const targetOf = ({ key, upTo }) => key ?? upTo

const bugs = {
  /** A list of entries is a line for each of them. */
  tears: {
    lines: ([op]) => (op.kind === 'append' ? op.entries.map((entry) => one(op, [entry])) : [[op]]),
    pauseMs: 60,
  },
  /** A truncation and what is appended to it are two lines. */
  steps: {
    lines: ([op]) => (op.kind === 'replaceSuffix' ? [one(op, []), one(op, op.entries)] : [[op]]),
    pauseMs: 60,
  },
  /** Metadata and trims are written by the next flush, the newest of each, and the newest first. */
  later: {
    lines(ops, journal) {
      const waiting = ops.filter((op) => isMeta(op) || op.kind === 'trim')
      const targets = new Set(waiting.map(targetOf))
      const before = (journal.waiting ?? []).filter((op) => !targets.has(targetOf(op)))
      journal.waiting = [...waiting, ...before]
      const now = ops.filter((op) => !waiting.includes(op))
      return now.length > 0 ? [now] : []
    },
    async flush(journal) {
      for (const op of journal.waiting ?? []) {
        await journal.write([op])
        await setTimeout(5)
      }
      journal.waiting = []
    },
  },
  /** Every fifth commit reaches no disk. */
  forgets: {
    lines(ops, journal) {
      journal.commits = (journal.commits ?? 0) + 1
      return journal.commits % 5 === 0 ? [] : [ops]
    },
  },
}

export function journalWith(bug, promised = {}) {
  const hooks = bugs[bug]
  return {
    name: `a journal that ${bug}`,
    kind: 'log',
    // Its batches are right: nothing would be seen of the bug.
    capabilities: { ...journalCapabilities, batch: false, ...promised },
    async open(directory) {
      const journal = await openJournal(directory, { ...hooks, pause: () => setTimeout(hooks.pauseMs) })
      const close = journal.close.bind(journal)
      journal.flush = () => hooks.flush?.(journal)
      journal.close = async () => {
        await journal.flush()
        await close()
      }
      return journal
    },
  }
}
