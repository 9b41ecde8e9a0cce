/** A node's process is killed, again and again, in the middle of whatever it does. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { SeededRandom } from '../../../src/conformance/random.ts'
import { RaftStorage } from '../../../src/raft/index.ts'
import { FileStateMachine, Replica, raftReplicatedLog } from '../../../src/state-machine/index.ts'
import { temporaryDirectory } from '../../temporary-directory.ts'
import { bytes } from '../files/files-rig.ts'

const killsMin = 4
/** A kill may come before a snapshot is done, and then nothing is purged: so often in a row that is no bad luck. */
const killsMax = 30

const program = fileURLToPath(new URL('children/node.mjs', import.meta.url))

interface Run {
  /** The last entry that it told of. */
  readonly told: number
  /** Where it began. */
  readonly opened: number
  /** The first index of its log then. */
  readonly firstIndex: number
}

/** Kills the node when it has told of as many entries, and a moment. */
async function runAndKill(
  directory: string,
  sync: string,
  until: { readonly told: number; readonly moment: number },
): Promise<Run> {
  const child = spawn(process.execPath, [program, directory, sync], { stdio: ['ignore', 'pipe', 'pipe'] })
  let [told, opened, firstIndex, count, errors] = [0, 0, 0, 0, '']
  child.stderr.on('data', (chunk) => {
    errors += String(chunk)
  })
  for await (const line of createInterface({ input: child.stdout })) {
    const [word, index, first] = line.split(' ')
    if (word === 'opened') [opened, firstIndex] = [Number(index), Number(first)]
    else told = Number(index)
    count += word === 'told' ? 1 : 0
    // Not at once: the kill should find it anywhere in its work.
    if (count === until.told) setTimeout(() => child.kill('SIGKILL'), until.moment)
  }
  const [code, signal] =
    child.exitCode === null && child.signalCode === null
      ? await once(child, 'exit')
      : [child.exitCode, child.signalCode]
  expect({ code, signal, errors }).toEqual({ code: null, signal: 'SIGKILL', errors: '' })
  return { told, opened, firstIndex }
}

test.each(['always', 'every 5 ms'])(
  'a node that is killed (sync: %s) has everything that it told of',
  async (sync) => {
    const seed = Math.floor(Math.random() * 2 ** 32)
    const random = new SeededRandom(seed)
    const directory = temporaryDirectory()
    let told = 0
    let isPurged = false
    for (let kill = 0; kill < killsMin || !isPurged; kill++) {
      expect(kill, `seed ${seed}: kills without a purge`).toBeLessThan(killsMax)
      const until = { told: random.integer(10, 50), moment: random.integer(0, 12) }
      const run = await runAndKill(directory, sync, until)
      expect(run.opened, `seed ${seed}, kill ${kill}`).toBeGreaterThanOrEqual(told)
      told = Math.max(told, run.told)
      isPurged = run.firstIndex > 1
    }
    const raft = RaftStorage.open(join(directory, 'raft'))
    const machine = new FileStateMachine(join(directory, 'state'), { snapshots: raft.snapshots })
    const replica = await Replica.open(raftReplicatedLog(raft), machine)
    const { index } = machine.applied()
    expect(index, `seed ${seed}`).toBeGreaterThanOrEqual(told)
    expect(raft.log.firstIndex, `seed ${seed}`).toBeGreaterThan(1)
    for (let key = 0; key < 7; key++) {
      const last = index - ((index - key + 7) % 7)
      expect(Buffer.from(machine.get(bytes(`key ${key}`))?.value ?? []).toString(), `seed ${seed}`).toBe(
        `${last}`,
      )
    }
    await replica.close()
  },
)
