/** What a log shows, compared with the reference model in every way there is to look. */
import assert from 'node:assert/strict'
import { crc32 } from 'node:zlib'
import type { LogModel, ModelView } from '../../src/conformance/model.ts'
import type { LogStore } from '../../src/log/index.ts'
import { metaKeys } from './log-steps.ts'

/** Bytes in a form that is compared and printed quickly: a difference of two long arrays takes Node gigabytes to show. */
export function digest(bytes: Uint8Array | undefined): string | undefined {
  if (bytes === undefined) return undefined
  assert.equal(Object.getPrototypeOf(bytes), Uint8Array.prototype, 'what a log returns is a plain Uint8Array')
  const start = Buffer.from(bytes.subarray(0, 16)).toString('hex')
  return bytes.length <= 16 ? start : `${start}... ${bytes.length} bytes, checksum ${crc32(bytes)}`
}

/** The digest of what a log returned. The caller then writes over it, as it may. */
function taken(bytes: Uint8Array): string | undefined {
  const before = digest(bytes)
  bytes.fill(0xee)
  return before
}

/** Throws where `log` and `model` differ, and when the audit finds anything. */
export function checkView(
  log: LogStore,
  model: LogModel<Uint8Array>,
  keys: readonly string[] = metaKeys,
): void {
  const expected = model.view()
  const actual: ModelView<string | undefined> = {
    firstIndex: log.firstIndex,
    nextIndex: log.nextIndex,
    compactedIndex: log.compactedIndex,
    entries: Array.from(log.entries(), ({ index, value }) => [index, taken(value)] as const),
    meta: [...keys]
      .sort((a, b) => (a < b ? -1 : 1))
      .flatMap((key) => {
        const value = log.getMeta(key)
        return value === undefined ? [] : [[key, taken(value)] as const]
      }),
  }
  assert.deepStrictEqual(actual, {
    ...expected,
    entries: expected.entries.map(([index, value]) => [index, digest(value)]),
    meta: expected.meta.map(([key, value]) => [key, digest(value)]),
  })
  assert.deepStrictEqual(log.audit(), [], 'the audit finds nothing')
  const { entries, deferredOps, isPoisoned, oldestDeferredAt, reclaimableEntries } = log.stats()
  assert.equal(entries, expected.entries.length, 'stats().entries')
  assert.equal(deferredOps, model.deferredCount, 'stats().deferredOps')
  assert.equal(isPoisoned, false, 'stats().isPoisoned')
  assert.equal(oldestDeferredAt !== undefined, deferredOps > 0, 'stats().oldestDeferredAt')
  assert.ok(reclaimableEntries >= 0, `stats().reclaimableEntries ${reclaimableEntries}`)
}
