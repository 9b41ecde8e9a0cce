/** `holdfast/conformance/node`: for `node:test`. */
import { describe, it } from 'node:test'
import { type DoorOptions, doorTests } from './door-tests.ts'

export type { DoorOptions } from './door-tests.ts'

/**
 * Defines a test for each case of the suites. `adapterUrl` is a module whose default export is that of `defineAdapter`: a child that
 * is killed loads it again.
 * @throws {AdapterError} it cannot be loaded
 */
export function conformance(adapterUrl: URL | string, options?: DoorOptions): void {
  const { title, tests } = doorTests(adapterUrl, options)
  void describe(title, () => {
    for (const { name, timeoutMs, skip, run } of tests) {
      void it(name, { timeout: timeoutMs, ...(skip !== undefined && { skip }) }, run)
    }
  })
}
