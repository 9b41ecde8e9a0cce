/** Storage in any language as an adapter: one that speaks JSON Lines over its standard input and output. */
export { commandAdapterUrl } from './command-adapter-url.ts'
export { isCommandAdapterUrl } from './command-url.ts'
export { protocolVersion } from './commands.ts'
export { type LineProtocolOptions, lineProtocolAdapter } from './line-protocol-adapter.ts'
export { sharedGroupVariable } from './store-process.ts'
