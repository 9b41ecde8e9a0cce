import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { exitCodeOf } from '../../../src/cli/exit-codes.ts'
import { createProgram } from '../../../src/cli/program.ts'

const fileStore = fileURLToPath(new URL('../../children/file-store.mjs', import.meta.url))

test.each([
  ['no images at all', ['--images', '0']],
  ['images that are no number', ['--images', 'many']],
  ['an unknown model', ['--model', 'raid']],
  ['a recording that is not there', ['--replay', './no-such-file.jsonl', '--adapter', fileStore]],
  ['a file that is no recording', ['--replay', fileStore, '--adapter', fileStore]],
])('a usage error of the power-loss suite ends with 2: %s', async (_, words) => {
  const program = createProgram(new AbortController().signal, () => expect.unreachable())
  for (const command of [program, ...program.commands]) command.configureOutput({ writeErr: () => undefined })
  const parsed = program.parseAsync(['conform', '--suite', 'power-loss', ...words], { from: 'user' })
  const error: unknown = await parsed.catch((thrown: unknown) => thrown)
  expect(exitCodeOf(error)).toBe(2)
})
