/** Says that a crash may leave a log that was truncated and not appended to. */
import { journalWith } from './journal-variant.mjs'

export default journalWith('steps', { replaceSuffix: 'stepwise' })
