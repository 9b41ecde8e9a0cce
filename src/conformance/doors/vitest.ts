/** `holdfast/conformance/vitest`. */
import { describe, test } from 'vitest'
import { type DoorOptions, doorTests } from './door-tests.ts'

export type { DoorOptions } from './door-tests.ts'

/**
 * Defines a test for each case of the suites. `adapterUrl` is a module whose default export is that of `defineAdapter`: a child that
 * is killed loads it again.
 * @throws {AdapterError} it cannot be loaded
 */
export function conformance(adapterUrl: URL | string, options?: DoorOptions): void {
  const { title, tests } = doorTests(adapterUrl, options)
  describe(title, () => {
    for (const { name, timeoutMs, skip, run } of tests) {
      if (skip === undefined) test(name, { timeout: timeoutMs }, run)
      else test.skip(`${name} (${skip})`)
    }
  })
}
