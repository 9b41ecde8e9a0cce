/** Tells that an append has failed when its sync did, and takes the next one after what that may have left. */
import { adapterOf } from './kit-log.mjs'

export default adapterOf('a log of the kit that goes on', { goesOn: true })
