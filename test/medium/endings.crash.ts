import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { LogLockedError, type LogStore, openLmdbLog } from '../../src/index.ts'
import { temporaryDirectory } from '../temporary-directory.ts'
import { errorOf } from '../thrown-by.ts'
import { runChild } from './run-child.ts'

const text = (bytes: Uint8Array | undefined): string | undefined => bytes && new TextDecoder().decode(bytes)

function expectCommitted(log: LogStore): void {
  expect(log.read(0, 2).map(text)).toEqual(['one', 'two'])
  expect(text(log.getMeta('promise'))).toBe('7')
  expect(log.getMeta('decided')).toBeUndefined()
  expect(log.audit()).toEqual([])
}

test.each(['exit', 'throw'])(
  'a process that ends without close (%s) has lost nothing that was committed',
  (way) => {
    const directory = join(temporaryDirectory(), 'log')
    expect(runChild('leave-open', [directory, way]).status).toBe(way === 'exit' ? 0 : 1)
    using log = openLmdbLog(directory)
    expectCommitted(log)
  },
)

test('a log that is garbage collected has lost nothing that was committed', () => {
  const directory = join(temporaryDirectory(), 'log')
  const run = runChild('leave-open', [directory, 'collect'], ['env', 'NODE_OPTIONS=--expose-gc'])
  expect(run.said).toEqual([{ collected: true }])
  using log = openLmdbLog(directory)
  expectCommitted(log)
})

test.each(['here', 'below'])(
  'a directory that may not be written to (%s) is WriteFailedError with reason read_only',
  (where) => {
    const directory = temporaryDirectory()
    const refused = runChild('open-unwritable', [directory, where]).said
    expect(refused).toEqual([{ name: 'WriteFailedError', reason: 'read_only', inDoubt: false }])
    expect(readdirSync(directory)).toEqual([])
  },
)

test("another process's log is locked, by its pid, until it is killed, and then at once free", async () => {
  const directory = join(temporaryDirectory(), 'log')
  const program = fileURLToPath(new URL('children/leave-open.mjs', import.meta.url))
  const owner = spawn(process.execPath, [program, directory, 'hold'], { stdio: ['pipe', 'pipe', 'inherit'] })
  const [line] = await once(createInterface(owner.stdout), 'line')
  expect(JSON.parse(line)).toEqual({ holding: owner.pid })

  const refused = errorOf(() => openLmdbLog(directory))
  expect(refused).toBeInstanceOf(LogLockedError)
  expect(refused).toMatchObject({ code: 'HOLDFAST_LOG_LOCKED', ownerPid: owner.pid })
  expect((refused as Error).message).toContain(`the process with pid ${owner.pid} has it open`)

  owner.kill('SIGKILL')
  await once(owner, 'exit')
  using log = openLmdbLog(directory)
  expectCommitted(log)
})
