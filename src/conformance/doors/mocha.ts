/** `holdfast/conformance/mocha`. */
import { type DoorOptions, doorTests } from './door-tests.ts'

export type { DoorOptions } from './door-tests.ts'

interface MochaContext {
  readonly timeout: (ms: number) => void
}

/** What mocha has put there for every test file. */
interface MochaGlobals {
  readonly describe: (name: string, body: () => void) => void
  readonly it: {
    (name: string, body: (this: MochaContext) => Promise<void>): void
    readonly skip: (name: string, body: () => void) => void
  }
}

/**
 * Defines a test for each case of the suites. `adapterUrl` is a module whose default export is that of `defineAdapter`: a child that
 * is killed loads it again.
 * @throws {AdapterError} it cannot be loaded
 */
export function conformance(adapterUrl: URL | string, options?: DoorOptions): void {
  const { describe, it } = globalThis as unknown as MochaGlobals
  const { title, tests } = doorTests(adapterUrl, options)
  describe(title, () => {
    for (const { name, timeoutMs, skip, run } of tests) {
      if (skip !== undefined) {
        it.skip(`${name} (${skip})`, () => undefined)
        continue
      }
      it(name, function () {
        this.timeout(timeoutMs)
        return run()
      })
    }
  })
}
