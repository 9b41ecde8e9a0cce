/** Asks open Raft storage from every side, and compares what it answers with what the model says. */
import type { RaftNode } from '../../contract/index.ts'
import type { Finding } from '../../finding.ts'
import { outcomeOfThrown } from '../../kill/talk-to-parent.ts'
import { promisedOf } from '../../kill-raft/leniency.ts'
import { entriesOutcome, lastOf, type RaftLogState, termOutcome, textOf } from '../../kill-raft/model.ts'
import { labelled, performOnNode } from '../../kill-raft/node.ts'
import { isSameLog, judgeEnds, judgeLog, type RaftView } from '../../kill-raft/oracle.ts'
import type { FullCapabilities } from '../../kit/capabilities.ts'
import { AdapterError } from '../../kit/index.ts'
import { compareOutcome, describeOutcome, type Outcome } from '../../oracle.ts'

export interface RaftLookOptions {
  readonly model: RaftLogState
  /** The beginning of a sentence. */
  readonly when: string
  readonly capabilities: FullCapabilities | undefined
}

/** The first thing that is wrong, for the others follow from it. @throws whatever the storage throws when it is asked what it holds */
export function lookAtRaft(
  node: RaftNode<Uint8Array>,
  view: RaftView,
  options: RaftLookOptions,
): Finding | undefined {
  const { when } = options
  const [first] = [...judgeView(view, options), ...judgeEnds(view)]
  if (first !== undefined) return { ...first, text: `${when} it shows something else: ${first.text}` }
  for (const question of questionsOf(options)) {
    const answer = answerOf(() => question.ask(node))
    if (question.answers.some((one) => isRight(one, answer, options.capabilities))) continue
    const wanted = question.answers.map(describeOutcome).join(', or ')
    const text = `${when} ${question.call} has ${describeOutcome(answer)}; it should have ${wanted}`
    return { rule: 'outcome', text }
  }
  return undefined
}

/** The commit index may be an older one, of storage of another make: its engine learns it again. */
function judgeView({ state }: RaftView, { model, capabilities }: RaftLookOptions): Finding[] {
  const [found, wanted] = [promisedOf(state.log, capabilities), promisedOf(model, capabilities)]
  if (!isSameLog(wanted, found)) return judgeLog([wanted], found)
  const { commit = 0 } = state.log
  if (commit <= (model.commit ?? 0)) return []
  const text = `The commit index is ${commit}, and should be ${model.commit ?? 'none'}`
  return [{ rule: 'hard-state-regressed', text }]
}

type Answer = number | readonly string[] | undefined

interface Question {
  readonly call: string
  readonly ask: (node: RaftNode<Uint8Array>) => Answer
  /** Every one that is right. */
  readonly answers: readonly Outcome[]
}

/** What is asked beside the view: places and ranges where mistakes are made. */
function questionsOf({ model, capabilities }: RaftLookOptions): Question[] {
  const { boundary } = model
  const { index: end } = lastOf(model)
  const first = boundary.index + 1
  const middle = Math.ceil((boundary.index + end) / 2)
  const isPromised = (index: number): boolean =>
    index >= 0 && (index !== boundary.index || capabilities?.endRemembered !== false)
  const places = [boundary.index - 1, boundary.index, first, middle, end, end + 1].filter(isPromised)
  const ranges: readonly (readonly [number, number])[] = [
    ...(boundary.index > 0 ? [[boundary.index, end + 1] as const] : []),
    [Math.max(first, middle), end + 1],
    [first, Math.max(first, middle)],
    [first, end + 2],
  ]
  const hasLimit = capabilities?.readLimit !== false && end >= first
  return [
    ...Array.from(new Set(places), (index) => term(model, index)),
    ...ranges.map(([low, high]) => range(model, low, high)),
    ...(hasLimit ? [limited(model, Math.max(first, middle), end + 1)] : []),
  ]
}

function term(model: RaftLogState, index: number): Question {
  return {
    call: `term(${index})`,
    ask: ({ log }) => log.term(index),
    answers: [termOutcome(model, index)],
  }
}

function range(model: RaftLogState, low: number, high: number): Question {
  return {
    call: `entries(${low}, ${high})`,
    ask: (node) => performOnNode(node, { kind: 'entries', low, high }),
    answers: [entriesOutcome(model, low, high)],
  }
}

/** Room for one entry of a usual size, and not for two large ones. */
const limitBytes = 300

/** How many bytes of its own a storage counts with an entry is not said: it may stop early, and has to stop in time. */
function limited(model: RaftLogState, low: number, high: number): Question {
  const read = model.entries.filter(({ index }) => index >= low && index < high)
  let bytes = 0
  const most = read.filter(({ label }, at) => {
    bytes += Number(/of (\d+) bytes$/.exec(label)?.[1] ?? 0)
    return at === 0 || bytes <= limitBytes
  })
  return {
    call: `entries(${low}, ${high}, { maxBytes: ${limitBytes} })`,
    ask: ({ log }) =>
      log.entries(low, high, { maxBytes: limitBytes }).map((entry) => textOf(labelled(entry))),
    answers: most.map((_, at) => ({ kind: 'done', result: most.slice(0, at + 1).map(textOf) })),
  }
}

function answerOf(ask: () => Answer): Outcome {
  try {
    return { kind: 'done', result: ask() }
  } catch (error) {
    if (error instanceof AdapterError) throw error
    return outcomeOfThrown(error)
  }
}

/** Only who promises types has the right error to give. */
function isRight(right: Outcome, answer: Outcome, capabilities: FullCapabilities | undefined): boolean {
  const ended = { expected: right, outcome: answer, capabilities }
  return compareOutcome(0, { kind: 'entries' }, ended).length === 0
}
