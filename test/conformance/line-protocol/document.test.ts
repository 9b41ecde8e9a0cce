import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { capabilityValues } from '../../../src/conformance/kit/index.ts'
import { protocolMinor, replyFields } from '../../../src/conformance/line-protocol/commands.ts'
import { protocolVersion } from '../../../src/conformance/line-protocol/index.ts'

const document = readFileSync(new URL('../../../docs/line-protocol.md', import.meta.url), 'utf8')
/** `audit` and others are the names of a command and, further down, of a capability. */
const rowsOf = (name: string): string[] =>
  document.split('\n').filter((line) => line.startsWith(`| \`${name}\` |`))

test('docs/line-protocol.md is about the version that is spoken', () => {
  expect(document).toContain(`# The line protocol, version ${protocolVersion}.${protocolMinor}\n`)
})

test.each(Object.entries(replyFields))(
  'docs/line-protocol.md has %s with the fields of its reply',
  (command, fields) => {
    const [row] = rowsOf(command)
    expect(row).toBeDefined()
    for (const name of Object.keys(fields)) expect(row).toContain(`\`${name}\``)
  },
)

test.each(Object.entries(capabilityValues))(
  'docs/line-protocol.md has the capability %s with its values',
  (name, values) => {
    expect(rowsOf(name).at(-1)).toContain(values.map((value) => `\`${value}\``).join(', '))
  },
)
