/** Looks at open storage from every side, and compares what it answers with what the model says. */
import { differences, type KnownValues } from '../../differences.ts'
import type { Finding } from '../../finding.ts'
import type { KillStorage } from '../../kill/perform.ts'
import { viewOf } from '../../kill/recovered.ts'
import { labelOfBytes } from '../../kill/values.ts'
import type { LogModel, ModelView } from '../../model.ts'
import { isSameView } from '../../oracle.ts'

/** What was seen, and what of it is wrong: the first thing only, for the others follow from it. */
export interface Looked {
  readonly view: ModelView<string>
  readonly finding: Finding | undefined
}

/** `when` is the beginning of a sentence. @throws whatever the storage throws */
export function look(
  storage: KillStorage,
  model: LogModel<string>,
  {
    when,
    known,
    hasLimit,
  }: { readonly when: string; readonly known: KnownValues; readonly hasLimit: boolean },
): Looked {
  const [view, expected] = [viewOf(storage), model.view()]
  if (!isSameView(view, expected)) {
    const [first] = differences([expected], view, known)
    return { view, finding: first && { ...first, text: `${when} it shows something else: ${first.text}` } }
  }
  const wrong = questions(expected, hasLimit).find(({ ask, answer }) => ask(storage) !== said(answer(model)))
  if (wrong === undefined) return { view, finding: undefined }
  const text = `${when} ${wrong.call} has answered ${wrong.ask(storage)}; it should have answered ${said(wrong.answer(model))}`
  return { view, finding: { rule: 'outcome', text } }
}

interface Question {
  readonly call: string
  /** What the storage answers, in words. */
  readonly ask: (storage: KillStorage) => string
  readonly answer: (model: LogModel<string>) => number | readonly string[]
}

/** What is asked beside the view: ranges that begin and end where mistakes are made. */
function questions(
  { firstIndex, nextIndex, compactedIndex, entries }: ModelView<string>,
  hasLimit: boolean,
): Question[] {
  const middle = Math.floor((firstIndex + nextIndex) / 2)
  const ranges: readonly (readonly [number, number])[] = [
    [firstIndex, nextIndex],
    [firstIndex, nextIndex + 1],
    [Math.max(0, firstIndex - 1), nextIndex],
    [middle, nextIndex],
    [firstIndex, middle],
    [middle, middle],
  ]
  return [
    ...ranges.map(([from, to]) => range(from, to)),
    {
      call: 'getLogLen()',
      ask: (storage) => said(storage.getLogLen()),
      answer: () => nextIndex - compactedIndex,
    },
    {
      call: `getSuffix(${middle})`,
      ask: (storage) => said(storage.getSuffix(middle).map(labelOfBytes)),
      // Below a floor past the end nothing is there, and a suffix goes over it.
      answer: () => entries.filter(([index]) => index >= middle).map(([, label]) => label),
    },
    {
      call: `getSuffix(${nextIndex + 1})`,
      ask: (storage) => said(storage.getSuffix(nextIndex + 1).map(labelOfBytes)),
      answer: () => [],
    },
    ...(hasLimit ? [limited(middle, nextIndex)] : []),
  ]
}

function range(from: number, to: number): Question {
  return {
    call: `getEntries(${from}, ${to})`,
    ask: (storage) => said(storage.getEntries(from, to).map(labelOfBytes)),
    answer: (model) => model.read(from, to),
  }
}

/** Room for one entry of a usual size, and not for two large ones. */
const limitBytes = 300

function limited(from: number, to: number): Question {
  return {
    call: `read(${from}, ${to}, { maxBytes: ${limitBytes} })`,
    ask: ({ log }) => said(log.read(from, to, { maxBytes: limitBytes }).map(labelOfBytes)),
    answer: (model) => withinLimit(model.read(from, to)),
  }
}

/** One entry whatever its size, and then as many as there is room for. */
function withinLimit(labels: readonly string[]): readonly string[] {
  let bytes = 0
  return labels.filter((label, position) => {
    bytes += sizeIn(label)
    return position === 0 || bytes <= limitBytes
  })
}

function sizeIn(label: string): number {
  return Number(/of (\d+) bytes$/.exec(label)?.[1])
}

function said(answer: number | readonly string[]): string {
  return JSON.stringify(answer)
}
