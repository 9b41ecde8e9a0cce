import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { adapterWords } from '../../../src/conformance/report/adapter-words.ts'

test.each([
  [undefined, '', ''],
  ['', '--adapter ', ''],
  ['lmdb-raft', '', ' lmdb-raft'],
  ['./my-adapter.mjs', '--adapter ', ' --adapter ./my-adapter.mjs'],
  ["./it's mine.mjs", '--adapter ', ` --adapter './it'\\''s mine.mjs'`],
] as const)('the adapter %s is named again, quoted where a shell needs it', (argument, option, words) => {
  expect(adapterWords(argument, option)).toBe(words)
})

test('a storage behind the line protocol is named by its command, wherever the module that starts it lies', async () => {
  const command = "node 'my store.mjs' {dir}"
  const url = new URL('file:///a/line-protocol/command-adapter.js')
  url.searchParams.set('command', command)
  url.searchParams.set('hello', '{"name":"mine & yours"}')
  const words = adapterWords(url.href, '--adapter ')
  expect(words).toBe(` --command 'node '\\''my store.mjs'\\'' {dir}'`)
  const { stdout } = spawnSync('sh', ['-c', `printf '%s\\n'${words}`], { encoding: 'utf8' })
  expect(stdout).toBe(`--command\n${command}\n`)
})
