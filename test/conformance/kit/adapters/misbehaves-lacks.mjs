import least from './least.mjs'

export default { ...least, name: 'promises too much', capabilities: { trim: 'returned' } }
