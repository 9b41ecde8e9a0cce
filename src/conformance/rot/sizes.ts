/** What a store is filled with before it is damaged, in bytes. */

/** More than fit on one page. */
export const entriesMany = 160

export const sizesOfMany: readonly number[] = Array.from({ length: entriesMany }, (_, at) => 20 + (at % 100))

/** The last ones do not fit on a page. */
export const bigSizes: readonly number[] = [100, 5_000, 40_000]
