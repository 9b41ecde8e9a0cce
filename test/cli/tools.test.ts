/** The commands that look into a directory: inspect, verify, dump, doctor. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { open } from 'lmdb'
import { describe, expect, onTestFinished, test } from 'vitest'
import { encodeFrame } from '../../src/codec/index.ts'
import { openLmdbLog } from '../../src/index.ts'
import { PaxosStorage } from '../../src/paxos/index.ts'
import { temporaryDirectory } from '../temporary-directory.ts'
import { main } from './command.ts'

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url))

function run(words: readonly string[], nodeFlags: readonly string[] = []) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...nodeFlags, main, ...words], {
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}

const needle = 'a value that can be found in the file'

/** A closed Paxos log: entries 2 to 9 of ten, of which entry 5 is the needle. */
function writtenLog(): string {
  const directory = temporaryDirectory()
  using storage = new PaxosStorage<unknown>(openLmdbLog(directory))
  storage.appendEntries(Array.from({ length: 10 }, (_, at) => (at === 5 ? needle : { at })))
  storage.setPromise({ configId: 1, n: 2, priority: 3, pid: 4 })
  storage.setDecidedIdx(7)
  storage.trim(2)
  storage.setCompactedIdx(2)
  return directory
}

function flipBit(directory: string): void {
  const file = join(directory, 'data.mdb')
  const data = readFileSync(file)
  // Wherever it is: a page that was used before may hold it too.
  for (let at = data.indexOf(needle); at >= 0; at = data.indexOf(needle, at + 1))
    data[at] = (data[at] ?? 0) ^ 1
  writeFileSync(file, data)
}

describe('holdfast inspect', () => {
  test('shows the cursor, the sizes, and what Paxos promised', () => {
    const { status, stdout, stderr } = run(['inspect', writtenLog()])
    expect(stderr).toBe('')
    expect(status).toBe(0)
    expect(stdout).toMatch(/first index +2\n +next index +10\n +compacted index +2\n +entries +8\n/)
    expect(stdout).toContain('"paxos.promise"          32 bytes: {"configId":1,"n":2,"priority":3,"pid":4}')
    expect(stdout).toMatch(/"paxos.decided_idx" +8 bytes: 7\n/)
    expect(stdout).toContain('no owner')
  })

  test('--json is one document', () => {
    const directory = writtenLog()
    const told = JSON.parse(run(['inspect', directory, '--json']).stdout)
    expect(told).toMatchObject({
      directory,
      logs: [
        {
          log: 'log',
          formatVersion: 1,
          stats: { firstIndex: 2, nextIndex: 10, entries: 8, isPoisoned: false },
        },
      ],
    })
  })

  test('stands beside a running owner, names it, and disturbs it in nothing', async () => {
    const directory = join(temporaryDirectory(), 'log')
    const program = path('../medium/children/leave-open.mjs')
    const owner = spawn(process.execPath, [program, directory, 'hold'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    onTestFinished(() => void owner.kill('SIGKILL'))
    await once(createInterface(owner.stdout), 'line')
    const before = readFileSync(join(directory, 'data.mdb'))

    const { status, stdout } = run(['inspect', directory])
    expect(status).toBe(0)
    expect(stdout).toContain(`open in the process with pid ${owner.pid}`)
    expect(stdout).toMatch(/next index +2\n/)
    expect(run(['verify', directory])).toMatchObject({
      status: 0,
      stdout: 'ok   log "log": 2 entries, all of them whole\n',
    })
    expect(run(['dump', directory]).stdout).toContain('bytes 6f6e65')
    expect(readFileSync(join(directory, 'data.mdb')).equals(before)).toBe(true)

    owner.kill('SIGKILL')
    await once(owner, 'exit')
    expect(run(['inspect', directory]).stdout).toContain('no owner')
  })
})

describe('holdfast verify', () => {
  test('says that a whole log is whole', () => {
    expect(run(['verify', writtenLog()])).toEqual({
      status: 0,
      stdout: 'ok   log "log": 8 entries, all of them whole\n',
      stderr: '',
    })
  })

  test('exits with 1 and names the first bad index when a bit was flipped', () => {
    const directory = writtenLog()
    flipBit(directory)
    const { status, stdout } = run(['verify', directory])
    expect(status).toBe(1)
    expect(stdout).toMatch(/^bad {2}log "log": 1 findings, the first at index 5\n {5}.*entry 5.*checksum/)
    const told = JSON.parse(run(['verify', directory, '--json']).stdout)
    expect(told.logs[0].findings).toEqual([{ kind: 'corrupt', index: 5, detail: expect.any(String) }])
  })
})

describe('holdfast dump', () => {
  test('prints a half-open range, one entry a line', () => {
    const { status, stdout } = run(['dump', writtenLog(), '--from', '4', '--to', '6'])
    expect(status).toBe(0)
    expect(stdout.split('\n')).toEqual([
      expect.stringMatching(/^ +4 +\d+ {2}cbor \{"at":4\}$/),
      expect.stringMatching(/^ +5 +\d+ {2}cbor "a value that can be found in the file"$/),
      '',
    ])
  })

  test("shows another program's bytes as bytes, and JSON Lines with all of them", () => {
    const directory = temporaryDirectory()
    const value = Uint8Array.of(0xff, 0xfe, 0)
    openLmdbLog(directory).commit([{ kind: 'append', entries: [value] }])
    expect(run(['dump', directory]).stdout).toBe('         0         3  bytes fffe00\n')
    expect(JSON.parse(run(['dump', directory, '--json']).stdout)).toEqual({
      index: 0,
      bytes: 3,
      base64: Buffer.from(value).toString('base64'),
    })
  })

  test('shows what can be read around what cannot, and exits with 1', () => {
    const directory = writtenLog()
    flipBit(directory)
    const { status, stdout, stderr } = run(['dump', directory])
    expect(status).toBe(1)
    expect(stdout.split('\n')).toHaveLength(9)
    expect(stdout).toMatch(/\n +5 {2}unreadable: .*checksum/)
    expect(stderr).toContain('1 entries cannot be read')
  })

  test('ends quietly when its reader has seen enough', () => {
    const directory = temporaryDirectory()
    const entries = Array.from({ length: 20_000 }, () => new Uint8Array(200))
    openLmdbLog(directory).commit([{ kind: 'append', entries }])
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's
    const script = '"$0" "$1" dump "$2" | head -n 1; echo "${PIPESTATUS[0]}"'
    const piped = spawnSync('bash', ['-c', script, process.execPath, main, directory], { encoding: 'utf8' })
    expect(piped.stderr).toBe('')
    expect(piped.stdout.split('\n').at(-2)).toBe('0')
  })
})

describe('a directory that is not a whole log', () => {
  const damages: Record<string, (directory: string) => void> = {
    'is empty': (directory) => {
      for (const name of readdirSync(directory)) truncateSync(join(directory, name), 0)
    },
    'is truncated': (directory) => truncateSync(join(directory, 'data.mdb'), 12_288),
    'is of a newer version': (directory) => {
      const root = open({
        path: directory,
        noSubdir: false,
        encoding: 'binary',
        keyEncoding: 'binary',
        maxDbs: 8,
      })
      const marker = Buffer.from('\0holdfast')
      const newer = Buffer.from(encodeFrame(marker, Uint8Array.of(0, 0, 0, 2)))
      root.transactionSync(() => root.putSync(marker, newer))
      void root.close()
    },
    'is of another program': (directory) =>
      writeFileSync(join(directory, 'data.mdb'), 'not a database '.repeat(1000)),
  }

  test.each(Object.keys(damages))('that %s: every tool exits with 1 and one line, no stack', (damage) => {
    const directory = writtenLog()
    damages[damage]?.(directory)
    for (const tool of ['inspect', 'verify', 'dump']) {
      const { status, stderr } = run([tool, directory])
      expect({ tool, status }).toEqual({ tool, status: 1 })
      expect(stderr).toMatch(/^holdfast: [^\n]+\n$/)
    }
  })

  test('without a data file: exit 1, and nothing is made', () => {
    const directory = temporaryDirectory()
    expect(run(['verify', directory])).toEqual({
      status: 1,
      stdout: '',
      stderr: `holdfast: No log is in ${directory}; check the path\n`,
    })
    expect(readdirSync(directory)).toEqual([])
    expect(run(['inspect', join(directory, 'none')]).status).toBe(1)
    expect(readdirSync(directory)).toEqual([])
  })

  test('a log that is not there is named', () => {
    expect(run(['dump', writtenLog(), '--log', 'other'])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('No log "other"'),
    })
  })
})

describe('holdfast doctor', () => {
  test('looks at Node, lmdb, the directory, its file system, the lock and the cost of a sync', () => {
    const directory = writtenLog()
    const before = readdirSync(directory)
    const { status, stdout } = run(['doctor', directory, '--json'])
    const { diagnoses } = JSON.parse(stdout) as {
      diagnoses: { subject: string; outcome: string; says: string }[]
    }
    const subjects = diagnoses.map(({ subject }) => subject)
    expect(subjects).toEqual(['node', 'lmdb', 'directory', 'file system', 'lock', 'sync', 'limits', 'strace'])
    expect(diagnoses.filter(({ outcome }) => outcome === 'bad')).toEqual([])
    expect(diagnoses.find(({ subject }) => subject === 'sync')?.says).toMatch(/200 synced writes .* p50 \d/)
    expect(status).toBe(0)
    expect(readdirSync(directory)).toEqual(before)
  })

  test('a file in place of a directory is bad', () => {
    const file = join(temporaryDirectory(), 'file')
    writeFileSync(file, '')
    const { status, stdout } = run(['doctor', file])
    expect(status).toBe(1)
    expect(stdout).toMatch(/^bad +directory +.* is a file/m)
  })

  test("where lmdb's binary does not load, every command says what to do and exits with 3", () => {
    const hook = join(temporaryDirectory(), 'no-lmdb.mjs')
    const resolve = `export function resolve(name, context, next) {
      if (name === 'lmdb') throw new Error('No native build was found for platform=plan9')
      return next(name, context)
    }`
    const source = `import { register } from 'node:module'
      register('data:text/javascript,' + encodeURIComponent(${JSON.stringify(resolve)}))`
    writeFileSync(hook, source)
    const { status, stderr } = run(['inspect', '.'], ['--import', hook])
    expect(status).toBe(3)
    expect(stderr).toMatch(/^holdfast: lmdb: its binary does not load: .*optional package.*\n$/)
  })
})
