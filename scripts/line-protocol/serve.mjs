/** The line protocol: a line in, a line out, in order. Nothing else may be written to standard output. */
import { createInterface } from 'node:readline'
import { Refused } from './file-log.mjs'

/**
 * `hello` is what the storage says of itself; `open(directory)` opens it; `answer` is what it replies, by default as a log, and `errorOf`
 * what it says of what was thrown.
 */
export async function serve({
  hello,
  open,
  answer = answerOfLog,
  errorOf = describeError,
  write = (line) => process.stdout.write(line),
}) {
  let log
  for await (const line of createInterface({ input: process.stdin })) {
    const { id, cmd, ...request } = JSON.parse(line)
    try {
      if (cmd === 'open') log = open(request.dir, request)
      const reply = cmd === 'hello' ? hello : await answer(log, cmd, request)
      write(`${JSON.stringify({ id, ...reply })}\n`)
    } catch (error) {
      write(`${JSON.stringify({ id, error: errorOf(error) })}\n`)
    }
    if (cmd === 'stop') break
  }
  // Also when standard input just ended: whoever asked is dead, and nothing more is to be written.
  process.exit(0)
}

/** What is refused did not happen. After anything else nobody knows before the log is opened again. */
function describeError(error) {
  return { code: error.code ?? 'Unexpected', message: error.message, definite: error instanceof Refused }
}

function answerOfLog(log, cmd, request) {
  switch (cmd) {
    case 'open':
    case 'stop':
    case 'flush':
      return {}
    case 'indexes':
      return { firstIndex: log.firstIndex, nextIndex: log.nextIndex, compactedIndex: log.cursor.floor }
    case 'read':
      return { entries: log.read(request.from, request.to) }
    case 'getMeta':
      return { value: log.meta.get(request.key) ?? null }
    case 'append':
    case 'replaceSuffix':
    case 'trim':
    case 'compact':
      log.commit([{ kind: cmd, ...request }])
      return {}
    case 'setMeta':
      log.commit([
        request.value === null ? { kind: 'deleteMeta', key: request.key } : { kind: cmd, ...request },
      ])
      return {}
    case 'commit':
      log.commit(request.ops)
      return {}
    case 'close':
      log.close()
      return {}
    default:
      throw new Refused('Unsupported', `There is no command ${cmd}`)
  }
}
