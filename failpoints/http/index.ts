/** Failpoints over HTTP: see `docs/failpoints.md`. */
export { FailpointServerError } from './errors.ts'
export { type FailpointServer, type FailpointServerOptions, serveFailpoints } from './serve-failpoints.ts'
