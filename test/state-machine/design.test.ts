/** That everything the design of state machines asks for is tested: by a case of the contract, or by the test that is named here. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { stateCases } from '../../src/conformance/state-machine/index.ts'

const contractTests = Array.from({ length: 72 }, (_, at) => String(at + 1))
const crashTests = Array.from({ length: 18 }, (_, at) => `C${at + 1}`)

/** Not built: results of sessions (`DUPLICATE`, `SESSION_EXPIRED`). */
const notBuilt = ['70']

/** What is of one implementation, or of several, or needs processes of its own: file, and a part of the test's name. */
const elsewhere: Readonly<Record<string, readonly (readonly [file: string, name: string])[]>> = {
  61: [['cross-install.test.ts', 'every canonical byte is the same']],
  68: [['beyond-heap.slow.ts', 'a state that is larger than the heap']],
  72: [['lmdb.test.ts', 'a state of a later format is not opened']],
  C1: [
    ['kill.crash.ts', 'loses nothing, however its process is killed'],
    ['kill.slow.ts', 'killed at every site it has'],
  ],
  C3: [
    ['files/files-damage.property.ts', 'the last segment cut at any byte gives the chunks that are whole'],
  ],
  C4: [
    ['files/files-damage.property.ts', 'a flipped bit anywhere is an error that names the file'],
    ['files/files-damage.property.ts', 'any other file cut at any byte is refused'],
  ],
  C5: [
    ['files/files-damage.property.ts', 'under `never`, a loss of power takes no chunk that was synced'],
    ['power-loss.slow.ts', 'loses nothing on a disk that is'],
  ],
  C6: [
    ['files/files-crash.property.ts', 'whoever dies, at whatever step'],
    ['power-loss-runs.slow.ts', 'loses nothing when the power goes'],
  ],
  C7: [['files/files-crash.property.ts', 'whoever dies in any history']],
  C9: [['power-loss.slow.ts', 'loses nothing on a disk that is']],
  C15: [['lmdb.test.ts', 'a native image bears no boot id']],
  C16: [['replicas.property.ts', 'replicas of one log are the same at the same index']],
  C18: [
    [
      'replica/replica-crash.property.ts',
      'whoever dies, at whatever step, leaves a log and a state that fit',
    ],
    ['replica/replica.test.ts', 'purge() goes as far as the state is durable when it may'],
  ],
}

test.each([...contractTests, ...crashTests])('%s of the design is answered', (number) => {
  const cases = stateCases.filter(({ design }) => design.map(String).includes(number))
  expect(cases.length + (elsewhere[number]?.length ?? 0) > 0).toBe(!notBuilt.includes(number))
})

test.each(
  Object.entries(elsewhere).flatMap(([number, tests]) => tests.map((one) => [number, ...one] as const)),
)('%s of the design is answered in %s by: %s', (_, file, name) => {
  expect(readFileSync(new URL(file, import.meta.url), 'utf8')).toContain(name)
})
