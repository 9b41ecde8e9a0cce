// Prints argv[2] times to a standard error that was closed before.
import { closeSync, writeSync } from 'node:fs'
import { failpoints } from '../../../dist/failpoints/index.js'

closeSync(2)
failpoints.declare([{ name: 'child.site', description: 'Where it prints', onReturn: 'Nothing' }])
failpoints.arm('child.site', 'print(unheard)')
for (let hit = 1; hit <= Number(process.argv[2]); hit++) {
  failpoints.hit('child.site')
  writeSync(1, `hit ${hit}\n`)
}
