/** Says that metadata and trims are durable with the next flush. */
import { journalWith } from './journal-variant.mjs'

export default journalWith('later', { metadata: 'deferred', trim: 'deferred' })
