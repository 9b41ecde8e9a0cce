/** Says that what it acks is durable. */
import { journalWith } from './journal-variant.mjs'

export default journalWith('forgets')
