/** Tells of a sync that failed, and then goes on as if the write had never been: what it holds in memory has it. */
import { openAppending } from '../../power-loss/adapters/appending-store.mjs'

export default { name: 'goes on after a failure', survivesProcess: true, open: openAppending }
