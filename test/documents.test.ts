/** The code in the documents is run, as a reader would who pastes it into a file. */
import { execFileSync, spawnSync } from 'node:child_process'
import { accessSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import typescript from 'typescript'
import { describe, expect, test } from 'vitest'
import { temporaryDirectory } from './temporary-directory.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (name: string): string => readFileSync(join(root, name), 'utf8')

/** The blocks of JavaScript and TypeScript that use the package. */
function snippets(name: string): string[] {
  const blocks = read(name).matchAll(/^```(?:js|ts)\n(.*?)^```$/gms)
  return Array.from(blocks, ([, code = '']) => code).filter((code) => code.includes("from 'holdfast"))
}

/** A project of a user, who has the package installed. */
function userProject(): string {
  const directory = temporaryDirectory()
  mkdirSync(join(directory, 'node_modules'))
  symlinkSync(root, join(directory, 'node_modules', 'holdfast'))
  for (const peer of ['prom-client']) {
    symlinkSync(join(root, 'node_modules', peer), join(directory, 'node_modules', peer))
  }
  return directory
}

function run(code: string, directory: string) {
  const { outputText } = typescript.transpileModule(code, {
    compilerOptions: { target: typescript.ScriptTarget.ES2022, module: typescript.ModuleKind.ESNext },
  })
  writeFileSync(join(directory, 'snippet.mjs'), outputText)
  return spawnSync(process.execPath, ['snippet.mjs'], { cwd: directory, encoding: 'utf8' })
}

const documents = ['README.md', ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`)]
const runnable = documents.flatMap((name) =>
  snippets(name).map((code, at) => [`${name} ${at + 1}`, code] as const),
)

test('the documents have code to run', () => {
  expect(runnable.length).toBeGreaterThanOrEqual(4)
})

test.each(runnable)('the code of %s runs', (_, code) => {
  const { status, stderr } = run(code, userProject())
  expect(stderr).toBe('')
  expect(status).toBe(0)
})

test.each([
  ['docs/state-machine.md', 'OK CAS_MISMATCH a\n2 3\n'],
  ['docs/state-machine-files.md', 'OK\nOK\nCAS_MISMATCH\nOK\nOK\n2 5 5\n'],
])('the example of %s prints what it says', (name, printed) => {
  const [example = ''] = snippets(name)
  expect(run(example, userProject()).stdout).toBe(printed)
})

describe('the README', () => {
  test('quick start prints the entries, the promise and what is decided', () => {
    const [first = '', second = ''] = snippets('README.md')
    const project = userProject()
    expect(run(first, project).stdout).toBe(
      "[ { set: 'x', to: 1 }, { set: 'y', to: 2 } ] { configId: 1, n: 1, priority: 0, pid: 1 } 2\n",
    )
    expect(run(second, project).stdout).toBe("[ 'a', 'b' ] 0 2\n")
    // What was written is there when it is run again.
    expect(run(second, project).stdout).toBe("[ 'a', 'b' ] 0 4\n")
  })

  test('adapter is taken by holdfast conform', () => {
    const adapter = snippets('README.md').find((code) => code.startsWith('// my-adapter.mjs')) ?? ''
    const project = userProject()
    writeFileSync(join(project, 'my-adapter.mjs'), adapter)
    const words = ['conform', '--adapter', './my-adapter.mjs', '--suite', 'kill', '--kills', '2', '--json']
    const program = join(root, 'dist/src/cli/main.js')
    const told = execFileSync(process.execPath, [program, ...words], {
      cwd: project,
      encoding: 'utf8',
      stdio: 'pipe',
    })
    expect(JSON.parse(told)).toMatchObject({ adapter: { name: 'my store' }, totals: { failed: 0 } })
  })

  test('names only files that are there', () => {
    const links = documents.flatMap((name) =>
      Array.from(read(name).matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g), ([, link = '']) => ({ name, link })),
    )
    expect(links.length).toBeGreaterThan(5)
    for (const { name, link } of links) {
      const target = join(root, name, '..', link)
      expect(() => accessSync(target), `${name} links to ${link}`).not.toThrow()
    }
  })
})
