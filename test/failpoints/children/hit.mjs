// Declares `child.site` in the process-wide registry and hits it argv[2] times, saying after each that it lived on.
import { writeSync } from 'node:fs'
import { failpoints } from '../../../dist/failpoints/index.js'

process.on('exit', () => writeSync(1, 'exit handlers ran\n'))
failpoints.declare([{ name: 'child.site', description: 'Before a line is written', onReturn: 'Shows it' }])
for (let hit = 1; hit <= Number(process.argv[2]); hit++) {
  const returned = failpoints.hit('child.site')
  writeSync(1, `hit ${hit}${returned === undefined ? '' : ` returned ${returned.value}`}\n`)
}
