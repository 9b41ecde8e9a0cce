// Stores of others need a native build, and so they are no dependency of the project: they are installed here.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const here = fileURLToPath(new URL('.', import.meta.url))

/** Installs the stores if they are not there. @throws {Error} they cannot be had */
export function installStores(say) {
  if (existsSync(`${here}node_modules/.package-lock.json`)) return
  say('Installing the stores (a native build may take minutes) ...\n')
  const words = ['ci', '--prefix', here, '--no-audit', '--no-fund', '--silent']
  const { status, stderr, error } = spawnSync('npm', words, {
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  if (status !== 0) throw new Error(`The stores cannot be installed: ${error?.message ?? stderr.trim()}`)
}
