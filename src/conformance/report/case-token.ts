/** The token of a failed case, and the command that replays it. */
import { adapterWords } from './adapter-words.ts'
import type { CaseResult } from './case-result.ts'
import { encodeToken, type ReplayToken } from './replay-token.ts'
import { suiteVersion } from './suite-version.ts'

/** `adapterArgument` is what was typed to name the adapter; empty or absent: nothing was. */
export function tokenOf(
  token: Omit<ReplayToken, 'suiteVersion'>,
  adapterArgument?: string,
): Required<Pick<CaseResult, 'token' | 'replay'>> {
  const text = encodeToken({ suiteVersion, ...token })
  return { token: text, replay: `holdfast conform${adapterWords(adapterArgument, '')} --replay ${text}` }
}
