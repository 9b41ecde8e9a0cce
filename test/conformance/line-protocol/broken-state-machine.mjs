/** The reference state machine with one defect, which its argument names. */
import { join } from 'node:path'
import { FileStateMachine } from '../../../dist/src/state-machine/index.js'
import { serve } from '../../../scripts/line-protocol/serve.mjs'
import { answer, errorOf, hello, Served } from '../../../scripts/line-protocol/state-machine.mjs'

const how = process.argv[2] ?? ''
let chunks = 0

/** The next process does not look there. */
const elsewhere = (directory) => join(directory, `of-${process.pid}`)

/** What is acked is in the hands of the kernel, and called durable. */
const withDefect = (options) => (how === 'syncs-nothing' ? { ...options, sync: 'never' } : options)

async function brokenAnswer(served, cmd, request) {
  if (cmd === 'apply') chunks += 1
  if (cmd === 'apply' && chunks === 3 && how === 'prints') process.stdout.write('five chunks\n')
  if (cmd === 'apply' && chunks === 3 && how === 'dies') process.exit(1)
  const reply = await answer(served, cmd, request)
  if (how === 'syncs-nothing' && cmd === 'position') return { ...reply, durableApplied: reply.applied }
  if (how !== 'lies' || cmd !== 'apply') return reply
  const results = reply.report.results.map((result) => ({ ...result, code: 'OK', ok: true }))
  return { ...reply, report: { ...reply.report, results } }
}

await serve({
  hello: { ...hello, name: how },
  open: (directory, { options }) =>
    new Served(
      new FileStateMachine(how === 'forgets' ? elsewhere(directory) : directory, withDefect(options)),
    ),
  answer: brokenAnswer,
  errorOf,
})
