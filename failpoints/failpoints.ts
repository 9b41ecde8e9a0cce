import { FailpointRegistry } from './registry.ts'

/**
 * The registry of this process (of this thread, if there are several), for who is not given another one.
 * The environment variables FAILPOINTS and FAILPOINTS_SEED configure it at its first use; importing it reads nothing.
 * @throws {FailpointSyntaxError} at every use, while one of them cannot be read: correct it and start again
 */
export const failpoints: FailpointRegistry = new FailpointRegistry({ environment: process.env })
