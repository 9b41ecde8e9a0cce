/** The history of one failure as data, so that a page can draw it and a person can follow it with a finger. */

/** How a call ended, and so what a crash after it may take. */
export type StoryEnding =
  /** Acked: it, and everything before it, is durable. */
  | 'durable'
  /** Acked, and durable with the next commit or flush only. */
  | 'deferred'
  /** It only read. */
  | 'read'
  /** It threw: nothing of it happened. */
  | 'refused'
  /** The crash came before its ack: it may be there whole, or not at all. */
  | 'in-flight'
  /** It is no call: the storage was crashed there, and opened again. */
  | 'crashed'

export interface StoryOperation {
  /** The call, in one line. */
  readonly text: string
  readonly ending: StoryEnding
  /** What it returned or threw, or what was done to it. */
  readonly note?: string
  /** How often it synced the medium, where that is known. */
  readonly syncs?: number
  /** Whether its effect was there afterwards, where that is known. */
  readonly survived?: boolean
}

export interface BrokenRule {
  readonly rule: string
  /** A sentence, without a full stop. */
  readonly text: string
}

/** What a process had asked of the kernel, and never synced. */
export interface UnsyncedCall {
  readonly text: string
  /** Whether the power loss left it, whole or in part. */
  readonly survived: boolean
}

/** What was done to a file of a closed store. */
export interface StoryDamage {
  /** Of the file. */
  readonly path: string
  /** Before the damage. */
  readonly fileBytes: number
  /** The byte that was changed, from 0; of a cut, how many bytes are left. */
  readonly at: number
  /** Which bit of it was flipped, 0 to 7. Absent: the file was cut. */
  readonly bit?: number
  /** What the place was for, in words. */
  readonly page: string
  /** Some bytes around it, as they were. */
  readonly bytes: { readonly from: number; readonly values: readonly number[] }
  /** Fits after "the store": what it did. */
  readonly did: string
}

export interface FailureStory {
  /** The calls, oldest first. */
  readonly operations: readonly StoryOperation[]
  /** How many came before these and are left out. */
  readonly earlier?: number
  /** Absent when the process lived on. */
  readonly crash?: {
    /** How many of `operations` had begun. */
    readonly after: number
    /** Fits after "it was", or after "it": "killed at hit 3 of log.commit.after", "ended by itself, with exit code 7". */
    readonly text: string
  }
  /** Of a process that ended otherwise than by the kill: the last lines of its standard error. */
  readonly stderr?: readonly string[]
  /** Of a power loss: what was not synced when the power went, in the order of the calls. */
  readonly unsynced?: readonly UnsyncedCall[]
  /** Of rot: what was done to which file. */
  readonly damage?: StoryDamage
  /** What came back, one part a line. Empty: nothing that could be read. */
  readonly recovered: readonly string[]
  readonly rules: readonly BrokenRule[]
  /** What is to be known of how it was found, in a sentence without a full stop. */
  readonly note?: string
}
