// Prints a message of argv[2] bytes, with a standard error that does not block: Node makes it so when it is touched.
import { failpoints } from '../../../dist/failpoints/index.js'

process.stderr.on('error', () => {})
failpoints.declare([{ name: 'child.site', description: 'Where it prints', onReturn: 'Nothing' }])
failpoints.arm('child.site', `print(${'a'.repeat(Number(process.argv[2]))})`)
failpoints.hit('child.site')
