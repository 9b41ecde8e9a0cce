/** What the process whose calls fail is asked to do, as its only argument. It says what the child of the kill suite says. */
export interface FaultChildOrders {
  readonly adapterUrl: string
  readonly directory: string
  /** Decides the history, with the state that the store is in. */
  readonly seed: number
  readonly history: string
  readonly operations: number
  /** Whether it closes the store and opens it again: not where each opening is a process, whose calls are counted anew. */
  readonly isReopening: boolean
  /** Whether it is a second process, which opens what the one has left in which a call failed, and uses that. */
  readonly isSecond?: boolean
}

/** Of the values and rounds: those of a second process are its own. */
export function firstNumberOf({ isSecond }: FaultChildOrders): number {
  return isSecond === true ? 500_000_001 : 1
}
