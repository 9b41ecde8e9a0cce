/** What state machines count. */
import { Registry } from 'prom-client'
import { expect, onTestFinished, test } from 'vitest'
import { FailpointRegistry } from '../../failpoints/index.ts'
import { at, noop, put } from '../../src/conformance/state-machine/entries.ts'
import { applySteps, transfer } from '../../src/conformance/state-machine/expectations.ts'
import { createMetrics } from '../../src/metrics/index.ts'
import { FileStateMachine, LmdbStateMachine, type ReplicaOptions } from '../../src/state-machine/index.ts'
import { append, newHome, openNode } from '../state-machine/replica/replica-rig.ts'
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

test('checkpoints are counted with their bytes and how long they took, and those that fail by reason', async () => {
  const registry = new Registry()
  const failpoints = new FailpointRegistry()
  const observer = createMetrics({ registry, failpoints })
  const machine = new FileStateMachine(temporaryDirectory(), { name: 'kv', observer, failpoints })
  onTestFinished(() => machine.close())
  await machine.start()
  await applySteps(machine, [put('a', '1')])
  failpoints.arm('state.files.checkpoint.begin', '1*return(ENOSPC)')
  await expect(machine.checkpoint()).rejects.toThrow()
  await machine.checkpoint()
  const series = await scrape(registry)
  const value = (name: string) => series.get(`holdfast_state_checkpoint${name}`)
  expect(value('s_total{log="kv"}')).toBe(1)
  expect(value('_bytes_total{log="kv"}')).toBeGreaterThan(0)
  expect(value('_duration_seconds_count{log="kv"}')).toBe(1)
  expect(value('_failures_total{log="kv",reason="no_space"}')).toBe(1)
})

async function openReplica() {
  const registry = new Registry()
  const failpoints = new FailpointRegistry()
  const observer = createMetrics({ registry, failpoints })
  const replica: ReplicaOptions = { observer, snapshots: false, retryMs: 1e9 }
  const node = await openNode(newHome(temporaryDirectory()), { failpoints, replica })
  onTestFinished(() => node.replica.close())
  const series = async () => [...(await scrape(registry))].filter(([name]) => name.includes('_replica_'))
  const value = async (name: string) =>
    (await series()).find(([found]) => found.startsWith(`holdfast_replica_${name}`))?.[1]
  return { ...node, failpoints, series, value }
}

test('a replica tells how far it lags, what held it up, and that it has failed', async () => {
  const { replica, failpoints, series, value, ...node } = await openReplica()
  const full = failpoints.arm('state.apply.before', 'return(ENOSPC)')
  append(node, 3)
  replica.committed(3)
  await replica.settled()
  expect(await value('lag_entries')).toBe(3)
  expect(await value('failed')).toBe(0)
  const stalls = (await series()).filter(([name, count]) => name.includes('stalls_total') && count > 0)
  expect(stalls).toStrictEqual([[expect.stringContaining('reason="no_space"'), 1]])
  full.disarm()
  replica.committed(3)
  await replica.settled()
  expect(await value('lag_entries')).toBe(0)
  failpoints.arm('state.apply.after', '1*return')
  append(node, 4)
  replica.committed(4)
  await replica.settled()
  expect(await value('failed')).toBe(1)
})

test('snapshots of a replica that fail are counted by reason, and a closed one has no series', async () => {
  const { replica, failpoints, series, ...node } = await openReplica()
  append(node, 1)
  replica.committed(1)
  await replica.settled()
  failpoints.arm('replica.snapshot.before', '1*return(ENOSPC)')
  await expect(replica.takeSnapshot()).rejects.toThrow()
  const counts = (await series()).filter(([, count]) => count > 0).map(([name]) => name)
  expect(counts).toStrictEqual([
    expect.stringMatching(/^holdfast_replica_snapshot_failures_total\{.*no_space/),
  ])
  await replica.close()
  expect(await series()).toStrictEqual([])
})
