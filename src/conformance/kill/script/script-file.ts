/** The operations of a script on their way to the child that does them: too many for its arguments. */
import { readFileSync, writeFileSync } from 'node:fs'

export function writeScript(path: string, operations: readonly unknown[]): void {
  writeFileSync(path, JSON.stringify(operations))
}

export function readScript<O>(path: string): readonly O[] {
  return JSON.parse(readFileSync(path, 'utf8')) as readonly O[]
}
