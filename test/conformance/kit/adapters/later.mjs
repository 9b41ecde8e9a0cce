/** Says that metadata and trims are durable when they return. */
import { journalWith } from './journal-variant.mjs'

export default journalWith('later')
