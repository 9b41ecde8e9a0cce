import { expect, test } from 'vitest'
import { fullCapabilities, RaftStandIn, StoreFailure } from '../../../src/conformance/kit/index.ts'

/** Raft storage of which every method throws, as of one that has failed and is to be opened again. */
function createFailed(): RaftStandIn {
  return new RaftStandIn({
    name: 'failed',
    capabilities: fullCapabilities({}),
    call: (method) => {
      throw new StoreFailure({ name: 'Error', method, isDefinite: method !== 'append' }, `${method} failed`)
    },
    abandon: () => undefined,
    has: () => false,
  })
}

test('storage that has failed and does not say where it is, is told by the error of the call itself', () => {
  const { log } = createFailed().node
  expect(() => log.append([{ index: 1, term: 1, kind: 'noop', data: new Uint8Array() }])).toThrow(
    expect.objectContaining({ method: 'append', isDefinite: false }),
  )
})
