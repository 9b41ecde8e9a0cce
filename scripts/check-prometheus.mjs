// A real Prometheus against a live store: `npm run build` first, then `node scripts/check-prometheus.mjs`. It needs
// `prometheus` and `promtool` on the PATH (Debian: apt-get install prometheus). Everything is on loopback, in a temporary
// directory, and is taken down at the end.
import { fork, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const self = fileURLToPath(import.meta.url)
const monitoring = fileURLToPath(new URL('../monitoring/', import.meta.url))
const patienceMs = 30_000
const pollMs = 200

if (process.argv[2] === 'target') await runTarget(process.argv[3])
else process.exitCode = await check()

// ---- the target: a process with logs, state machines and a replica, which fail as they are told ----

async function runTarget(directory) {
  const { Registry } = await import('prom-client')
  const { FailpointRegistry } = await import('../dist/failpoints/index.js')
  const { openLmdbLog } = await import('../dist/src/index.js')
  const { createMetrics } = await import('../dist/src/metrics/index.js')
  const { PaxosStorage } = await import('../dist/src/paxos/index.js')
  const { SnapshotStore } = await import('../dist/src/raft/index.js')
  const registry = new Registry()
  const failpoints = new FailpointRegistry()
  const observer = createMetrics({ registry, failpoints })
  const open = (name) => {
    const log = openLmdbLog(join(directory, name), { name, observer, failpoints })
    return new PaxosStorage(log, { observer, failpoints })
  }
  const orders = open('orders')
  const doomed = open('doomed')
  const snapshots = SnapshotStore.open(join(directory, 'snapshots'), { name: 'orders', observer, failpoints })
  const takeSnapshot = (index) => {
    const writer = snapshots.create({ index, term: 1 })
    writer.end('everything there is')
    return writer.finish()
  }
  const failing = (site, actions, body) => {
    const armed = failpoints.arm(site, actions)
    try {
      body()
    } catch (error) {
      return error.reason
    } finally {
      armed.disarm()
    }
    throw new Error(`${site}=${actions} did not fail`)
  }
  const steps = {
    write: () => {
      orders.appendEntries(['a', 'b', 'c', 'd'])
      orders.appendOnPrefix(orders.getLogLen() + orders.getCompactedIdx() - 1, ['e'])
      orders.trim(1)
      orders.setCompactedIdx(1)
      orders.setPromise({ configId: 1, n: 1, priority: 0, pid: 1 })
      orders.setDecidedIdx(1)
    },
    loseDeferredWrite: () => failing('paxos.deferred_write', 'return', () => orders.setDecidedIdx(2)),
    fillDisk: () => failing('log.commit.before', 'return(ENOSPC)', () => orders.appendEntry('f')),
    corrupt: () => failing('log.read', 'return', () => orders.getSuffix(0)),
    poison: () => failing('log.commit.after', 'return', () => doomed.appendEntry('a')),
    leaveArmed: () => void failpoints.arm('log.open', 'off'),
    snapshot: async () => {
      await takeSnapshot(1)
      const armed = failpoints.arm('snapshot.finish.before_sync', 'return')
      const reason = await takeSnapshot(2).then(
        () => 'none',
        (error) => error.reason,
      )
      armed.disarm()
      return reason
    },
    state: () => useStates(states),
    close: () => doomed.close(),
  }
  const states = await openStates(directory, { observer, failpoints })
  const server = createServer((_request, response) => {
    registry.metrics().then(
      (text) => response.setHeader('content-type', registry.contentType).end(text),
      (error) => response.writeHead(500).end(String(error)),
    )
  })
  server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }))
  process.on('message', async (step) => process.send({ step, said: await steps[step]() }))
  process.on('disconnect', () => process.exit())
}

/** A replica with a state machine on LMDB, and one on files alone. What is told is what they tell themselves. */
async function openStates(directory, { observer, failpoints }) {
  const { RaftStorage } = await import('../dist/src/raft/index.js')
  const { FileStateMachine, LmdbStateMachine, Replica, raftReplicatedLog } = await import(
    '../dist/src/state-machine/index.js'
  )
  const common = { observer, failpoints }
  const raft = RaftStorage.open(join(directory, 'kv-log'), { name: 'kv', ...common })
  const machine = new LmdbStateMachine(join(directory, 'kv'), { name: 'kv', collectPerApply: 0, ...common })
  const options = { ...common, snapshots: false, retryMs: 3_600_000 }
  const replica = await Replica.open(raftReplicatedLog(raft), machine, options)
  const onFiles = new FileStateMachine(join(directory, 'files'), { name: 'files', ...common })
  await onFiles.start()
  // Another node, of which nothing is told.
  const source = new LmdbStateMachine(join(directory, 'source'))
  await source.start()
  return { raft, machine, replica, onFiles, source, failpoints }
}

/** Everything that a state machine and a replica can tell, once; and each failure once. */
async function useStates({ raft, machine, replica, onFiles, source, failpoints }) {
  const { encodeCommand } = await import('../dist/src/state-machine/index.js')
  const fails = async (site, body) => {
    failpoints.arm(site, '1*return(ENOSPC)')
    const error = await body().then(
      () => undefined,
      (thrown) => thrown,
    )
    if (error === undefined) throw new Error(`${site} did not fail`)
  }
  const time = machine.applied().clock + 10
  const put = { kind: 'put', key: Buffer.from('k'), value: Buffer.from('v'), ttlMs: 5 }
  for (const command of [put, { kind: 'noop' }]) {
    const index = raft.log.lastIndex + 1
    const data = encodeCommand({ command, time: command === put ? time : time + 5 })
    raft.log.append([{ index, term: 1, kind: 'command', data }])
  }
  failpoints.arm('state.apply.before', '1*return(ENOSPC)')
  for (const _ of ['refused', 'applied']) {
    replica.committed(raft.log.lastIndex)
    await replica.settled()
  }
  await machine.collectExpired(1)
  await fails('replica.snapshot.before', () => replica.takeSnapshot())
  await replica.takeSnapshot()

  await source.applyChunk([{ index: source.applied().index + 1, term: 1, command: put }])
  const { id } = await source.createSnapshot()
  const install = async () => {
    const sent = await source.openSnapshot(id)
    const receiving = await onFiles.beginInstall(sent.manifest)
    for await (const { block, bytes } of sent.blocks()) await receiving.write(block, bytes)
    await sent.close()
    await receiving.commit().finally(() => receiving.abort())
  }
  await fails('state.install.verify', install)
  await install()
  await onFiles.applyChunk([{ index: onFiles.applied().index + 1, term: 1, command: put }])
  await fails('state.files.checkpoint.begin', () => onFiles.checkpoint())
  await onFiles.checkpoint()
  // The other node goes on from where this one is.
  await source.applyChunk([{ index: source.applied().index + 1, term: 1, command: put }])
}

// ---- the check ----

async function check() {
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-prometheus-'))
  const target = fork(self, ['target', directory], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  let prometheus
  const outcome = { passed: 0, failed: 0 }
  try {
    const [{ port: targetPort }] = await once(target, 'message', { signal: AbortSignal.timeout(patienceMs) })
    const port = await freePort()
    prometheus = startPrometheus(directory, targetPort, port)
    process.once('exit', () => prometheus.child.kill('SIGKILL'))
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1))
    await queriesOf(prometheus).until('up', ([sample]) => sample === 1)
    await runSteps({
      target,
      targetUrl: `http://127.0.0.1:${targetPort}/metrics`,
      prometheus,
      step: counted(outcome),
    })
  } catch (error) {
    outcome.failed += 1
    process.stdout.write(`FAILED: ${error.message}\n${prometheus?.said() ?? ''}`)
  } finally {
    await Promise.all([end(target), end(prometheus?.child)])
    rmSync(directory, { recursive: true, force: true })
  }
  process.stdout.write(`${outcome.passed} passed, ${outcome.failed} failed\n`)
  return outcome.failed === 0 ? 0 : 1
}

async function runSteps({ target, targetUrl, prometheus: { child, port }, step }) {
  const prometheus = queriesOf({ child, port })
  const tell = async (name) => {
    const answer = once(target, 'message', { signal: AbortSignal.timeout(patienceMs) })
    target.send(name)
    return (await answer)[0].said
  }
  const dashboard = JSON.parse(readFileSync(join(monitoring, 'dashboard.json'), 'utf8'))
  const lost =
    'holdfast_write_failures_total{log="orders",op="set_decided_idx",class="deferred",reason="injected"}'

  await step('promtool check rules', () =>
    promtool(['check', 'rules', join(monitoring, 'holdfast.rules.yml')]),
  )
  await step('promtool test rules', () => promtool(['test', 'rules', join(monitoring, 'holdfast.test.yml')]))
  await step('the series of the write that will be lost is scraped, at 0', () =>
    prometheus.until(lost, ([sample]) => sample === 0),
  )
  await step('writes reach Prometheus', async () => {
    await tell('write')
    await prometheus.until('holdfast_next_index{log="orders"}', ([sample]) => sample === 4)
  })
  await step('a lost deferred write is told to the caller', async () => {
    const reason = await tell('loseDeferredWrite')
    if (reason !== 'injected') throw new Error(`its reason is ${reason}`)
  })
  await step(`${lost} is 1`, () => prometheus.until(lost, ([sample]) => sample === 1))
  await step('increase() of it is above 0, and it is the only one', async () => {
    await prometheus.until(`increase(${lost}[1m])`, ([sample]) => sample > 0)
    await prometheus.until(
      'holdfast_write_failures_total > 0',
      (samples) => samples.length === 1 && samples[0] === 1,
    )
  })
  await step('a full disk, corruption and poison reach Prometheus', async () => {
    const reasons = [await tell('fillDisk'), await tell('corrupt'), await tell('poison')]
    if (reasons.join() !== 'no_space,corrupt,injected') throw new Error(`their reasons are ${reasons}`)
    await tell('leaveArmed')
    await tell('write')
    await prometheus.until('holdfast_write_failures_total{op="append_entry",reason="no_space"}', (samples) =>
      samples.includes(1),
    )
    await prometheus.until('holdfast_poisoned{log="doomed"}', ([sample]) => sample === 1)
  })
  // Twice, with a scrape between: what is born with its first event has no rate yet.
  for (const count of [1, 2]) {
    await step(`snapshot ${count}, and one that fails, reach Prometheus`, async () => {
      const reason = await tell('snapshot')
      if (reason !== 'injected') throw new Error(`the reason is ${reason}`)
      await prometheus.until(
        'sum(holdfast_snapshot_failures_total{log="orders"})',
        ([sample]) => sample === count,
      )
    })
  }
  for (const count of [1, 2]) {
    await step(`what state machines and a replica tell reaches Prometheus, ${count} of 2`, async () => {
      await tell('state')
      for (const name of ['state_checkpoint_failures', 'state_install_failures', 'replica_stalls']) {
        await prometheus.until(`sum(holdfast_${name}_total)`, ([sample]) => sample === count)
      }
    })
  }
  await step('promtool check metrics', async () => {
    promtool(['check', 'metrics'], await (await fetch(targetUrl)).text())
  })
  for (const alert of ['HoldfastPoisoned', 'HoldfastWriteFailures', 'HoldfastCorruption']) {
    await step(`${alert} fires`, () =>
      prometheus.until(`ALERTS{alertname="${alert}",alertstate="firing"}`, (samples) => samples.length > 0),
    )
  }
  const rules = await prometheus.rules()
  for (const { name, query, health, lastError } of rules) {
    await step(`rule ${name} has data`, async () => {
      if (health === 'err') throw new Error(lastError)
      await prometheus.until(withoutThresholds(query), (samples) => samples.some(Number.isFinite))
    })
  }
  for (const { title, expr } of expressionsOf(dashboard)) {
    await step(`panel "${title}" has data: ${expr.slice(0, 60)}...`, () =>
      prometheus.until(withoutVariables(expr), (samples) => samples.some(Number.isFinite)),
    )
  }
  await step('a closed log takes its series away', async () => {
    await tell('close')
    await prometheus.until('{__name__=~"holdfast_.+",log="doomed"}', (samples) => samples.length === 0)
    await prometheus.until('holdfast_info{log="orders"}', ([sample]) => sample === 1)
  })
}

/** Makes every comparison answer 0 or 1, so that an alert that does not fire still shows that its series are there. */
function withoutThresholds(query) {
  return query.replace(/ (>|<|==|!=|>=|<=) /g, ' $1 bool ')
}

function withoutVariables(expr) {
  return expr
    .replaceAll('$__rate_interval', '1m')
    .replaceAll('$__range', '1m')
    .replace(/\$(job|instance|log)\b/g, '.*')
}

function expressionsOf({ panels }) {
  return panels.flatMap(({ title, targets }) => targets.map(({ expr }) => ({ title, expr })))
}

function counted(outcome) {
  return async (name, body) => {
    try {
      await body()
      outcome.passed += 1
      process.stdout.write(`ok: ${name}\n`)
    } catch (error) {
      outcome.failed += 1
      process.stdout.write(`FAILED: ${name}: ${error.message}\n`)
    }
  }
}

function promtool(args, input = '') {
  const { status, stdout, stderr, error } = spawnSync('promtool', args, { input, encoding: 'utf8' })
  // The linter tells of what it dislikes on standard error, and not always by its exit code.
  if (error) throw new Error(`promtool cannot be run (${error.message}): apt-get install prometheus`)
  if (status !== 0 || (args[1] === 'metrics' && stderr !== '')) throw new Error(`${stdout}${stderr}`)
}

/** Asks Prometheus again until it is as it should be. */
function queriesOf({ child, port }) {
  const get = async (path) => {
    const response = await fetch(`http://127.0.0.1:${port}/api/v1/${path}`)
    const { status, data, error } = await response.json()
    if (status !== 'success') throw Object.assign(new Error(error), { isFinal: true })
    return data
  }
  const query = async (text) => {
    const { result } = await get(`query?query=${encodeURIComponent(text)}`)
    return result.map(({ value }) => Number(value[1]))
  }
  return {
    rules: async () => (await get('rules')).groups.flatMap(({ rules }) => rules),
    until: async (text, isRight) => {
      const deadline = Date.now() + patienceMs
      for (let last; ; ) {
        try {
          last = await query(text)
          if (isRight(last)) return
        } catch (error) {
          // Before it listens there is nobody to answer; but what it says of a query it will say again.
          if (error.isFinal) throw error
          last = error.message
        }
        if (child.pid === undefined || child.exitCode !== null) throw new Error('Prometheus is not running')
        if (Date.now() > deadline) throw new Error(`${text} is ${JSON.stringify(last)}`)
        await new Promise((resolve) => setTimeout(resolve, pollMs))
      }
    },
  }
}

function startPrometheus(directory, targetPort, port) {
  const configuration = join(directory, 'prometheus.yml')
  writeFileSync(
    configuration,
    `global: { scrape_interval: 250ms, scrape_timeout: 250ms, evaluation_interval: 500ms }
rule_files: ['${join(monitoring, 'holdfast.rules.yml')}']
scrape_configs: [{ job_name: node, static_configs: [{ targets: ['127.0.0.1:${targetPort}'] }] }]
`,
  )
  const flags = [
    `--config.file=${configuration}`,
    `--storage.tsdb.path=${join(directory, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--log.level=warn',
  ]
  const child = spawn('prometheus', flags, { cwd: directory, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk))
  child.on(
    'error',
    (error) => (said += `prometheus cannot be run (${error.message}): apt-get install prometheus\n`),
  )
  return { child, port, said: () => said }
}

async function freePort() {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}

async function end(child) {
  if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}
