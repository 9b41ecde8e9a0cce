import { expect, test } from 'vitest'
import { commandWords } from '../../../src/conformance/line-protocol/command-words.ts'

const shell = (text: string) => ({ program: '/bin/sh', words: ['-c', text] })

test.each([
  ['./my-store --dir {dir}', { program: './my-store', words: ['--dir', '/a b'] }],
  ['python3 "my store.py" \'{dir}\' ""', { program: 'python3', words: ['my store.py', '/a b', ''] }],
  ['store --dir={dir}/x', { program: 'store', words: ['--dir=/a b/x'] }],
  ['  store  ', { program: 'store', words: [] }],
])('commandWords() cuts %s at its spaces, and runs it without a shell', (command, expected) => {
  expect(commandWords(command, '/a b')).toEqual(expected)
})

test.each([
  ['store {dir} | tee log', "store '/a b' | tee log"],
  ['cd store && ./run', 'cd store && ./run'],
  ['STORE=1 ./run', 'STORE=1 ./run'],
  ['store "$HOME"', 'store "$HOME"'],
  ['store ~/x', 'store ~/x'],
  ["store 'open", "store 'open"],
])('commandWords() leaves %s to the shell', (command, expected) => {
  expect(commandWords(command, '/a b')).toEqual(shell(expected))
})

test('commandWords() quotes a directory for the shell only when it has to', () => {
  expect(commandWords('a | b {dir}', '/tmp/x-1')).toEqual(shell('a | b /tmp/x-1'))
  expect(commandWords('a | b {dir}', "/it's")).toEqual(shell("a | b '/it'\\''s'"))
})
