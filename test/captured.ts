/** What a process prints, taken in by the test that is about it: an error that was planted is not to be read as one of the tests. */
import { onTestFinished, vi } from 'vitest'

/** The warnings of this process until the test ends. They come with the next turn of the event loop. */
export function captureWarnings(): Error[] {
  const warnings: Error[] = []
  const listener = (warning: Error): number => warnings.push(warning)
  const printing = process.listeners('warning')
  process.removeAllListeners('warning').on('warning', listener)
  onTestFinished(() => {
    process.off('warning', listener)
    for (const print of printing) process.on('warning', print)
  })
  return warnings
}

/** What is written to this process's standard error until the test ends. */
export function captureStandardError(): () => string {
  const chunks: Uint8Array[] = []
  const spy = vi.spyOn(process.stderr, 'write').mockImplementation((chunk) => {
    chunks.push(Buffer.from(chunk as Uint8Array))
    return true
  })
  onTestFinished(() => spy.mockRestore())
  return () => Buffer.concat(chunks).toString()
}
