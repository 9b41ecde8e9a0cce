/**
 * Compiles a strict consumer against the packed package, with every entry point and without skipLibCheck: what is published must
 * stand by its own declarations.
 */
import { execFileSync } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const project = mkdtempSync(join(tmpdir(), 'holdfast-consumer-'))
const run = (command, words, cwd = project) =>
  execFileSync(command, words, { cwd, stdio: ['ignore', 'inherit', 'inherit'] })

try {
  const modules = join(project, 'node_modules')
  mkdirSync(modules)
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (!name.startsWith('.')) symlinkSync(join(root, 'node_modules', name), join(modules, name))
  }
  run('npm', ['pack', '--silent', '--pack-destination', project], root)
  const [packed] = readdirSync(project).filter((name) => name.endsWith('.tgz'))
  mkdirSync(join(modules, 'holdfast'))
  run('tar', ['xzf', packed, '-C', join(modules, 'holdfast'), '--strip-components', '1'])

  const entries = Object.keys(exports).filter((entry) => entry !== './package.json')
  const imports = entries.map(
    (entry, at) => `export * as entry${at} from '${entry.replace('.', 'holdfast')}'`,
  )
  writeFileSync(join(project, 'package.json'), '{ "type": "module" }')
  writeFileSync(join(project, 'consumer.ts'), `${imports.join('\n')}\n`)
  for (const [module, resolution] of [
    ['nodenext', 'nodenext'],
    ['esnext', 'bundler'],
  ]) {
    const words = ['--noEmit', '--strict', '--skipLibCheck', 'false', '--target', 'es2022', '--types', 'node']
    const lib = ['--lib', 'es2023,esnext.disposable', '--module', module, '--moduleResolution', resolution]
    run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), ...words, ...lib, 'consumer.ts'])
    process.stdout.write(`ok  ${resolution}: ${entries.join(', ')}\n`)
  }
} finally {
  rmSync(project, { recursive: true, force: true })
}
