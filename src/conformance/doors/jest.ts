/** `holdfast/conformance/jest`: run it with `--experimental-vm-modules`, for it is an ES module. */
import { type DoorOptions, doorTests } from './door-tests.ts'

export type { DoorOptions } from './door-tests.ts'

/** What jest has put there for every test file. */
interface JestGlobals {
  readonly describe: (name: string, body: () => void) => void
  readonly it: {
    (name: string, body: () => Promise<void>, timeoutMs: number): void
    readonly skip: (name: string, body: () => void) => void
  }
}

/**
 * Defines a test for each case of the suites. `adapterUrl` is a module whose default export is that of `defineAdapter`: a child that
 * is killed loads it again.
 * @throws {AdapterError} it cannot be loaded
 */
export function conformance(adapterUrl: URL | string, options?: DoorOptions): void {
  const { describe, it } = globalThis as unknown as JestGlobals
  const { title, tests } = doorTests(adapterUrl, options)
  describe(title, () => {
    for (const { name, timeoutMs, skip, run } of tests) {
      if (skip === undefined) it(name, run, timeoutMs)
      else it.skip(`${name} (${skip})`, () => undefined)
    }
  })
}
