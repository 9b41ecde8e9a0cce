import least from './least.mjs'

function append() {
  throw new Error('always')
}

export default { name: 'appends nothing', open: (directory) => ({ ...least.open(directory), append }) }
