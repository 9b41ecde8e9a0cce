/** A log of the kit that has a checksum, and does not look at it. */
import { adapterOf } from './kit-sealed.mjs'

export default adapterOf('an unsealed log of the kit', { isSealed: false })
