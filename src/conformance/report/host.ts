/** Where a run was made. */
import { availableParallelism, release } from 'node:os'

export interface Host {
  /** The version of Node: `20.19.0`. */
  readonly node: string
  /** As Node calls them: `linux`, `x64`. */
  readonly platform: string
  readonly arch: string
  /** Of the kernel. */
  readonly release: string
  /** Threads that can run at once. */
  readonly cores: number
}

export function describeHost(): Host {
  return {
    node: process.versions.node,
    platform: process.platform,
    arch: process.arch,
    release: release(),
    cores: availableParallelism(),
  }
}
