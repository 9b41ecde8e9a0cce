/** A directory of the running test's own, removed when the test is over. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

export function temporaryDirectory(parent: string = tmpdir()): string {
  const directory = mkdtempSync(join(parent, 'holdfast-test-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}
