/** Says that a crash may leave the first entries of a list. */
import { journalWith } from './journal-variant.mjs'

export default journalWith('tears', { appendList: 'prefix' })
