import { AdapterError } from '../kit/index.ts'
import type { Hello } from './hello.ts'

/** @throws {AdapterError} a storage that was started again says something else of itself */
export function checkSame(command: string, expected: Hello, hello: Hello): void {
  const [before, now] = [expected, hello].map(({ name, kind = 'log', capabilities, commands = [] }) =>
    JSON.stringify([name, ...(kind === 'log' ? [] : [kind]), capabilities, ...commands]),
  )
  if (before === now) return
  const text = `"${command}" says of itself ${now}, and said ${before} before`
  throw new AdapterError('protocol', `${text}; a storage that is started again promises what it promised`)
}
