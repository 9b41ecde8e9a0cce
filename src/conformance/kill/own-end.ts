/** How a process ended that nobody had killed, or that was killed for another reason than the plan. */
import { StringDecoder } from 'node:string_decoder'
import type { FailureStory } from '../report/story.ts'

export interface OwnEnd {
  /** Fits after "it": "ended by itself, with exit code 7". */
  readonly text: string
  /** The last lines that the process wrote to standard error. */
  readonly stderr: readonly string[]
}

/** The process and how it ended. */
interface Ended {
  readonly ownEnd: OwnEnd | undefined
}

/** The crash of a story, whose kill was to be at `moment`. */
export function crashOf({ ownEnd }: Ended, moment: string): string {
  return ownEnd?.text ?? `killed ${moment}`
}

/** What of standard error belongs into the story. */
export function saidOf({ ownEnd }: Ended): Pick<FailureStory, 'stderr'> {
  return ownEnd === undefined || ownEnd.stderr.length === 0 ? {} : { stderr: ownEnd.stderr }
}

const linesMax = 12
const lineCharactersMax = 200
const charactersMax = 8_000

/** Passes on what a process writes to standard error, and keeps the end of it. */
export class LastWords {
  readonly #decoder = new StringDecoder()
  #text = ''

  hear(chunk: Uint8Array): void {
    process.stderr.write(chunk)
    this.#text = (this.#text + this.#decoder.write(Buffer.from(chunk))).slice(-charactersMax)
  }

  /** Oldest first, without those that are empty. */
  get lines(): string[] {
    return this.#text
      .split('\n')
      .map((line) => line.trimEnd().slice(0, lineCharactersMax))
      .filter((line) => line !== '')
      .slice(-linesMax)
  }
}
