/** How much of a data file is checked, and when. */

/**
 * How much of a data file is checked before LMDB follows it.
 *
 * - `off`: its size alone.
 * - `meta`: its meta pages and the root of each tree, at open.
 * - `used`, the default: at open the same, the tree of the databases' names, and the lists of free pages; of all else each page when it
 *   is first needed, before LMDB is asked for what is on it. Opening takes the same time whatever is in the file, and longer
 *   only with the number of databases and of stretches of free pages.
 * - `tree`: every page of every tree at open, which takes time with their number.
 * - `auto`: `tree` up to {@link autoTreePagesMax} pages, where that takes a few milliseconds, and `used` beyond.
 */
export type FileCheck = (typeof fileChecks)[number]

export const fileChecks = ['off', 'meta', 'used', 'tree', 'auto'] as const
export const fileCheckDefault: FileCheck = 'used'

/** Of a file of so many pages, 1 MiB where they have 4 KiB, `auto` reads every tree. Free pages count. */
export const autoTreePagesMax = 256
