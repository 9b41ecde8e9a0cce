import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { commandUrl } from '../../../src/conformance/line-protocol/command-url.ts'
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

test('a storage behind the line protocol is named by its command', async () => {
  const command = "node 'my store.mjs' {dir}"
  const hello = { name: 'mine & yours', kind: 'log', capabilities: {} } as const
  const words = adapterWords(commandUrl(command, hello).href, '--adapter ')
  expect(words).toBe(` --command 'node '\\''my store.mjs'\\'' {dir}'`)
  const { stdout } = spawnSync('sh', ['-c', `printf '%s\\n'${words}`], { encoding: 'utf8' })
  expect(stdout).toBe(`--command\n${command}\n`)
})
