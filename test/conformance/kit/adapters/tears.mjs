/** Says that a list of entries is there whole or not at all. */
import { journalWith } from './journal-variant.mjs'

export default journalWith('tears')
