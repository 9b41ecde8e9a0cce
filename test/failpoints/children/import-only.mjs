// Imports the process-wide registry, and uses it only if there is a reason to: argv[2] is `use`.
import { writeSync } from 'node:fs'
import { failpoints } from '../../../dist/failpoints/index.js'

writeSync(1, 'imported\n')
if (process.argv[2] === 'use') {
  try {
    failpoints.hit('any.site')
  } catch (error) {
    writeSync(1, `${error.code} ${error.column}\n`)
  }
}
