/** Lines as strace writes them with `-xx` and `-y`, from lines that people can read. */
import type { Recorded } from '../../../src/conformance/power-loss/event.ts'
import { CallAssembler } from '../../../src/conformance/power-loss/trace/call-assembler.ts'
import { Interpreter } from '../../../src/conformance/power-loss/trace/interpreter.ts'

export const root = '/r'

/** Writes out every byte of strings in double quotes, and of paths between angle brackets, unless that was done. */
export function traceLine(text: string): string {
  if (text.includes('\\x')) return text
  return text
    .replaceAll(/"([^"]*)"/g, (_, string: string) => `"${hex(string)}"`)
    .replaceAll(/<(\/[^>]*)>/g, (_, path: string) => `<${hex(path)}>`)
}

/** As strace writes the bytes of `text`. */
export function hex(text: string): string {
  return [...Buffer.from(text)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('')
}

/** What is recorded of a process that makes these calls in `/r`. A line without a thread is of thread 1. */
export function recordedOf(lines: readonly string[], volatileFiles: readonly string[] = []): Recorded[] {
  const calls = new CallAssembler()
  const interpreter = new Interpreter({ root, directory: '/work', volatileFiles })
  const events: Recorded[] = []
  for (const line of lines) {
    const call = calls.take(traceLine(/^\d+ /.test(line) ? line : `1 ${line}`), events.length)
    if (call !== undefined) events.push(...interpreter.take(call))
  }
  return events
}

/** The texts of the calls, which name what they are about. */
export function textsOf(lines: readonly string[], volatileFiles: readonly string[] = []): string[] {
  return recordedOf(lines, volatileFiles).map((event) => {
    if (event.kind === 'cannot-judge') return `cannot judge: ${event.why}`
    return event.kind === 'line' ? `said ${event.line.kind}` : event.text
  })
}
