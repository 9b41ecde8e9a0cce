/** Directories for tests that judge what a store says, not what the disk keeps: in memory where the host allows it. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { memoryDirectory } from '../../src/conformance/memory-directory.ts'

/** A new directory. The caller removes it with {@link removeDirectory}. */
export function temporaryDirectory(): string {
  return mkdtempSync(join(memoryDirectory() ?? tmpdir(), 'holdfast-test-'))
}

export function removeDirectory(directory: string): void {
  rmSync(directory, { recursive: true, force: true })
}
