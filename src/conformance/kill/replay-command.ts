/** What a person types to see a failure again. */
import { adapterWords } from '../report/adapter-words.ts'

export interface ReplayOptions {
  readonly kills: number
  readonly seed: number
  readonly adapterUrl: URL | string
  /** As the command names the adapter. Default: `adapterUrl`. Empty: it does not, for it is the command's own. */
  readonly adapterArgument?: string | undefined
}

/** The command that makes the same histories again. */
export function replayCommand(
  suite: 'kill' | 'raft-kill' | 'state-kill',
  { kills, seed, adapterUrl, adapterArgument = String(adapterUrl) }: ReplayOptions,
): string {
  const adapter = adapterWords(adapterArgument, '--adapter ')
  return `holdfast conform --suite ${suite} --kills ${kills} --seed ${seed}${adapter}`
}
