/** What state machines count. */
import { Registry } from 'prom-client'
import { expect, onTestFinished, test } from 'vitest'
import { FailpointRegistry } from '../../failpoints/index.ts'
import { at, noop, put } from '../../src/conformance/state-machine/entries.ts'
import { applySteps, transfer } from '../../src/conformance/state-machine/expectations.ts'
import { createMetrics } from '../../src/metrics/index.ts'
import { LmdbStateMachine } from '../../src/state-machine/index.ts'
import { temporaryDirectory } from '../temporary-directory.ts'
import { scrape } from './scrape.ts'

async function startMachine(name = 'kv') {
  const registry = new Registry()
  const failpoints = new FailpointRegistry()
  const observer = createMetrics({ registry, failpoints })
  const machine = new LmdbStateMachine(temporaryDirectory(), {
    name,
    observer,
    failpoints,
    collectPerApply: 0,
  })
  await machine.start()
  onTestFinished(() => machine.close())
  return { registry, failpoints, machine }
}

test('what was applied is counted by result, and the gauges tell what can be seen', async () => {
  const { registry, machine } = await startMachine()
  await applySteps(machine, [put('a', '1', 5), put('b', '2', 50), put('', 'x'), noop])
  await applySteps(machine, [at(10, noop)])
  const series = await scrape(registry)
  const value = (name: string) => series.get(`holdfast_state_${name}{log="kv"}`)
  const results = (code: string) => series.get(`holdfast_state_results_total{code="${code}",log="kv"}`)
  expect([results('OK'), results('KEY_EMPTY'), results('CAS_MISMATCH')]).toStrictEqual([4, 1, 0])
  expect([value('applied_index'), value('durable_index')]).toStrictEqual([5, 5])
  expect([value('keys'), value('leases'), value('expired_keys')]).toStrictEqual([1, 1, 1])
  expect([value('apply_duration_seconds_count'), value('apply_entries_sum')]).toStrictEqual([2, 5])
  expect(value('failed')).toBe(0)
  expect(value('size_bytes')).toBeGreaterThan(0)
  expect(value('recovery_duration_seconds')).toBeGreaterThan(0)
  await machine.collectExpired(10)
  expect((await scrape(registry)).get('holdfast_state_collected_keys_total{log="kv"}')).toBe(1)
})

test('a state machine has no series of a log, and none at all when it is closed', async () => {
  const { registry, machine } = await startMachine()
  const series = [...(await scrape(registry)).keys()].filter((name) => name.includes('log="kv"'))
  expect(series.filter((name) => !/^holdfast_(state_|snapshot|checksum_failures)/.test(name))).toStrictEqual(
    [],
  )
  await machine.close()
  expect([...(await scrape(registry)).keys()].filter((name) => name.includes('log="kv"'))).toStrictEqual([])
})

test('failures are counted by reason, and a failed state machine says so', async () => {
  const { registry, failpoints, machine } = await startMachine()
  failpoints.arm('state.apply.before', '1*return(ENOSPC)')
  await expect(applySteps(machine, [noop])).rejects.toThrow()
  failpoints.arm('state.apply.after', '1*return')
  await expect(applySteps(machine, [noop])).rejects.toThrow()
  const series = await scrape(registry)
  expect(series.get('holdfast_state_apply_failures_total{log="kv",reason="no_space"}')).toBe(1)
  expect(series.get('holdfast_state_apply_failures_total{log="kv",reason="injected"}')).toBe(1)
  expect(series.get('holdfast_state_failed{log="kv"}')).toBe(1)
})

test('snapshots and installations are counted with their bytes, and those that fail by reason', async () => {
  const source = await startMachine('source')
  const target = await startMachine('target')
  await applySteps(source.machine, [put('a', '1')])
  const { id, bytes } = await source.machine.createSnapshot()
  target.failpoints.arm('state.install.build', '1*return(ENOSPC)')
  await expect(transfer(source.machine, target.machine, id)).rejects.toThrow()
  const resumed = await target.machine
    .beginInstall((await source.machine.listSnapshots())[0] as never)
    .catch(() => undefined)
  await resumed?.abort()
  const series = await scrape(target.registry)
  expect(series.get('holdfast_state_install_failures_total{log="target",reason="no_space"}')).toBe(1)
  expect((await scrape(source.registry)).get('holdfast_snapshots_total{log="source",op="create"}')).toBe(1)
  const fresh = await startMachine('fresh')
  await transfer(source.machine, fresh.machine, id)
  const after = await scrape(fresh.registry)
  expect(after.get('holdfast_state_installs_total{log="fresh"}')).toBe(1)
  expect(after.get('holdfast_state_installed_bytes_total{log="fresh"}')).toBe(bytes)
  expect(after.get('holdfast_state_install_duration_seconds_count{log="fresh"}')).toBe(1)
})
