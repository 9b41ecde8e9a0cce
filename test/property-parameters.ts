/**
 * How often a property runs, and with which seed. By default the seed is a new one each time, and fast-check prints it with
 * the path of the shrunk failure. To replay it, or to go deeper:
 *
 *     HOLDFAST_SEED=-12345 HOLDFAST_PATH=17:2:0 npx vitest run test/log/log-model.property.ts -t 'name of the law'
 *     HOLDFAST_RUNS=100000 npx vitest run --project property
 */
export interface PropertyParameters {
  readonly numRuns: number
  readonly seed?: number
  readonly path?: string
}

/** `numRuns` unless the environment asks for another number. */
export function propertyParameters(numRuns: number): PropertyParameters {
  const { HOLDFAST_RUNS, HOLDFAST_SEED, HOLDFAST_PATH } = process.env
  return {
    numRuns: HOLDFAST_RUNS ? Number(HOLDFAST_RUNS) : numRuns,
    ...(HOLDFAST_SEED && { seed: Number(HOLDFAST_SEED) }),
    ...(HOLDFAST_PATH && { path: HOLDFAST_PATH }),
  }
}
