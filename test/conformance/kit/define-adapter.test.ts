import { describe, expect, test } from 'vitest'
import {
  AdapterError,
  type Capabilities,
  checkMethods,
  defineAdapter,
  fullCapabilities,
  isDefinition,
} from '../../../src/conformance/kit/index.ts'

const verbs = {
  append: () => undefined,
  read: () => [],
  firstIndex: () => 0,
  nextIndex: () => 0,
  close: () => undefined,
}
const open = () => verbs

function failure(body: () => unknown): AdapterError {
  try {
    body()
  } catch (error) {
    if (error instanceof AdapterError) return error
    throw error
  }
  throw new Error('It did not throw')
}

describe('defineAdapter()', () => {
  test('needs a name and open() alone', () => {
    expect(defineAdapter({ name: 'mine', open })).toMatchObject({
      name: 'mine',
      kind: 'log',
      capabilities: {},
      survivesProcess: true,
      volatileFiles: [],
    })
  })

  test.each([
    ['no name', { open }, /needs a name/],
    ['no open', { name: 'mine' }, /needs open\(directory\)/],
    [
      'an unknown key',
      { name: 'mine', open, capabilites: {} },
      /no key "capabilites": did you mean capabilities\?/,
    ],
    ['an unknown kind', { name: 'mine', open, kind: 'queue' }, /kind cannot be "queue": it is one of "log"/],
    [
      'an unknown capability',
      { name: 'mine', open, capabilities: { metdata: 'returned' } },
      /no capability "metdata": did you mean metadata\?/,
    ],
    [
      'a capability of another value',
      { name: 'mine', open, capabilities: { trim: true } },
      /trim cannot be true: it is one of false, "deferred", "returned"/,
    ],
  ])('refuses %s', (_, definition, message) => {
    const error = failure(() => defineAdapter(definition as never))
    expect(error.kind).toBe('definition')
    expect(error.message).toMatch(message)
  })

  test('keeps the instance that open() is a method of', () => {
    class Adapter {
      name = 'mine'
      open() {
        return { ...verbs, nextIndex: () => this.name.length }
      }
    }
    const adapter = defineAdapter(new Adapter())
    const opened = adapter.open('', { signal: new AbortController().signal }) as { nextIndex(): number }
    expect(opened.nextIndex()).toBe(4)
  })
})

describe('checkMethods()', () => {
  const adapter = (capabilities: Capabilities) => defineAdapter({ name: 'mine', capabilities, open })

  test('asks for nothing that is not promised', () => {
    expect(() => checkMethods(adapter({}), verbs)).not.toThrow()
  })

  test('names the method that every adapter of the kind needs', () => {
    const { nextIndex: _, ...rest } = verbs
    const error = failure(() => checkMethods(adapter({}), rest))
    expect(error.kind).toBe('missing-method')
    expect(error.message).toMatch(/no method nextIndex, and an adapter of kind log needs it/)
  })

  test.each([
    [{ trim: 'returned' }, 'trim'],
    [{ floor: 'returned' }, 'compact'],
    [{ metadata: 'returned' }, 'setMeta'],
    [{ replaceSuffix: 'stepwise' }, 'replaceSuffix'],
    [{ batch: true }, 'commit'],
    [{ audit: true }, 'audit'],
  ] as const)('names the method that %o needs', (capabilities, method) => {
    const error = failure(() => checkMethods(adapter(capabilities), verbs))
    expect(error.kind).toBe('missing-method')
    expect(error.message).toContain(`has no method ${method}; add it, or promise less`)
  })

  test('asks for flush() where something is durable only later', () => {
    const error = failure(() =>
      checkMethods(adapter({ trim: 'deferred' }), { ...verbs, trim: () => undefined }),
    )
    expect(error.message).toContain('has no method flush')
  })
})

test('fullCapabilities() is the weakest where nothing is said', () => {
  expect(fullCapabilities({ trim: 'returned', batch: undefined })).toEqual({
    appendList: 'prefix',
    replaceSuffix: false,
    trim: 'returned',
    floor: false,
    metadata: false,
    batch: false,
    defer: false,
    lostDeferred: 'subset',
    endRemembered: false,
    singleOwner: false,
    typedErrors: false,
    audit: false,
    readLimit: false,
  })
})

test("isDefinition() tells an adapter of the kit from one of Holdfast's own port", () => {
  expect(isDefinition({ name: 'mine', open })).toBe(true)
  expect(isDefinition({ name: 'mine', kind: 'log', survivesProcess: true, open })).toBe(true)
  expect(isDefinition({ name: 'the LMDB store', survivesProcess: true, open })).toBe(false)
})
