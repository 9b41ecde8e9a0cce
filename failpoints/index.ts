/** Failpoints: named places in the code where a test can make something go wrong. See `docs/failpoints.md`. */

export type { FailpointCallback, FailpointReturn } from './actions.ts'
export {
  FailpointDeclarationError,
  FailpointError,
  FailpointRegistryError,
  FailpointSyntaxError,
  FailpointUnknownSiteError,
} from './errors.ts'
export { failpoints } from './failpoints.ts'
export {
  type ArmedFailpoint,
  type FailpointEnvironment,
  type FailpointEvent,
  FailpointRegistry,
  type FailpointRegistryOptions,
  type FailpointSite,
  type FailpointSiteStatus,
} from './registry.ts'
