import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const script = fileURLToPath(new URL('../../../scripts/check-doors.mjs', import.meta.url))

// Jest and mocha are tried by the same script, as `npm run check:doors`: they are not installed here.
test.each(['vitest', 'node'])('the door of %s holds a right storage and stops a wrong one', (runner) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, runner], { encoding: 'utf8' })
  expect(stderr).toBe('')
  expect(stdout).toBe(
    `${runner}, journal: as it should be (exit code 0)\n${runner}, forgets: as it should be (exit code 1)\n`,
  )
  expect(status).toBe(0)
})
