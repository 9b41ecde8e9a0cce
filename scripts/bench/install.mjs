// The contenders from npm need a native build, and so they are no dependency of the project: they are installed here.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const here = fileURLToPath(new URL('.', import.meta.url))

/** Installs the contenders if they are not there. A contender that cannot be had says so itself when it is opened. */
export function installContenders(say) {
  if (existsSync(`${here}node_modules/.package-lock.json`)) return
  say('Installing the contenders (a native build may take minutes) ...')
  const { status, stderr, error } = spawnSync(
    'npm',
    ['ci', '--prefix', here, '--no-audit', '--no-fund', '--silent'],
    { encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'] },
  )
  if (status === 0) return
  say(`They could not be installed, and are left out: ${error?.message ?? stderr.trim().split('\n').at(-1)}`)
}
