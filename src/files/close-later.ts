import { close } from 'node:fs'
import { promisify } from 'node:util'

/**
 * Closes a descriptor on another thread: the last who closes a file that was removed meanwhile gives its space back, and of gigabytes
 * that takes long.
 */
export const closeLater: (descriptor: number) => Promise<void> = promisify(close)
