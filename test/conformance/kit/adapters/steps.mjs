/** Says that a replacement is one step. */
import { journalWith } from './journal-variant.mjs'

export default journalWith('steps')
