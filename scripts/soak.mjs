// Appends at the tail and trims at the head of one log, for millions of entries, with failing writes among them; verifies
// everything against a model, and that the data file stops growing. Exit code 0 when all of it held, 1 when not.
//
// The work is done by a child, because LMDB writes its complaints (such as `reserved_space larger than allocated entry`,
// lmdb-js #321) to standard error from native code and goes on: here every line of it is a failure.
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { readArguments, usage } from './soak/arguments.mjs'

const options = readArguments(process.argv.slice(2))
if (options === undefined) {
  process.stdout.write(usage)
  process.exit(0)
}

const worker = fileURLToPath(new URL('./soak/worker.mjs', import.meta.url))
const child = spawn(process.execPath, [worker, JSON.stringify(options)], {
  stdio: ['ignore', 'inherit', 'pipe'],
})
const complaints = []
child.stderr.setEncoding('utf8')
child.stderr.on('data', (text) => {
  process.stderr.write(text)
  complaints.push(text)
})
child.on('close', (code, signal) => {
  const said = complaints.join('').length
  const isGood = code === 0 && said === 0
  const ended = signal === null ? `exit code ${code}` : `signal ${signal}`
  process.stdout.write(
    isGood
      ? 'PASSED: nothing on standard error, reserved_space (lmdb-js #321) not seen\n'
      : `FAILED: ${ended}, ${said} characters on standard error; seed ${options.seed}\n`,
  )
  process.exitCode = isGood ? 0 : 1
})
