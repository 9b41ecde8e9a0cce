/** How a store is handed to the suites, which know no store of their own. */
import type { FailpointRegistry } from '../../failpoints/index.ts'
import type { LogStore } from '../log/index.ts'
import type { StoreObserver } from '../observer.ts'
import type { ContractParts } from './contract/contract-case.ts'
import type { FullCapabilities } from './kit/capabilities.ts'
import type { AdapterKind } from './kit/verbs.ts'

export interface AdapterOpenOptions {
  readonly failpoints?: FailpointRegistry | undefined
  readonly observer?: StoreObserver | undefined
}

/**
 * A log store under test. For the kill suite it is the default export of a module, because the child that is to be killed
 * must load it again.
 */
export interface LogAdapter {
  /** As reports call it. */
  readonly name: string
  /** Whether what was committed outlives the process. Where it does not, no process can be killed to prove it. */
  readonly survivesProcess: boolean
  /**
   * Names of files, wherever they are, whose content never matters after a power loss: a table of readers, a lock. The
   * power-loss suite leaves them out, and so can judge a store that maps them into its memory. Default: none.
   */
  readonly volatileFiles?: readonly string[] | undefined
  /** Of the storage, for reports. */
  readonly version?: string | undefined
  /** What is behind it, where that is not a log of Holdfast's own port. */
  readonly kind?: AdapterKind | undefined
  /**
   * Of kind `raft`, on a log of Holdfast's own port: Raft storage is opened whole, with its snapshots beside the log. Default: the log and
   * the hard state alone.
   */
  readonly snapshots?: boolean | undefined
  /** What it promises. Default: everything that {@link LogStore} does. */
  readonly capabilities?: FullCapabilities | undefined
  /**
   * URL of the module of a state machine's adapter: what the suites of state machines are about. Default: none, and they are
   * skipped.
   */
  readonly stateMachineUrl?: string | undefined
  /** How Paxos or Raft storage is had of what `open` returns, where that is no log. Default: Holdfast's own, on that log. */
  readonly parts?: ContractParts | undefined
  /** Opens the log in `directory`, creating it when it is not there. The next open of the same directory finds what was left. */
  open(directory: string, options?: AdapterOpenOptions): LogStore
}

/** URL of the module of the state machine that `adapter`, the one at `adapterUrl`, names, or is. */
export function stateMachineUrlOf(
  { stateMachineUrl }: Pick<LogAdapter, 'stateMachineUrl'>,
  adapterUrl: string,
): string {
  return stateMachineUrl ?? adapterUrl
}
