/** Every suite on one storage, without any test framework. */
import { contractCases } from '../contract/index.ts'
import { loadAdapter } from '../kill/index.ts'
import { type ConformReport, createReport, type SuiteResult } from '../report/index.ts'
import { stateCases } from '../state-machine/index.ts'
import { amountsOf, type ConformanceOptions, checkPinned, seedOf, suitesOf } from './options.ts'
import { probeAdapter } from './probe.ts'
import { runSuite } from './run-suite.ts'
import { selectCases } from './select-cases.ts'

/**
 * Runs the suites against the storage whose adapter is the default export of the module at `adapterUrl`. Children that are killed
 * load the module again.
 * @returns what was found, also when something broke: look at `verdict`
 * @throws {AdapterError} the adapter cannot be run: nothing is known of the storage
 * @throws {InvalidArgumentError} an option is out of range, or selects nothing
 * @throws the signal's reason
 */
export async function runConformance(
  adapterUrl: URL | string,
  options: ConformanceOptions = {},
): Promise<ConformReport> {
  const [url, seed, amounts] = [String(adapterUrl), seedOf(options), amountsOf(options)]
  checkPinned(options.suiteVersion)
  if (options.filter !== undefined) selectCases(options.filter, [...contractCases, ...stateCases])
  const startedAt = new Date()
  const adapter = await loadAdapter(url)
  probeAdapter(adapter)
  const { adapterArgument = url } = options
  const run = { ...options, adapter, adapterUrl: url, adapterArgument, amounts, seed }
  const suites: SuiteResult[] = []
  for (const name of suitesOf(options)) suites.push(await runSuite(name, run))
  const { name, version, kind, capabilities } = adapter
  const { expectations, allowUnexpectedPass, certify, suiteVersion: pinned } = options
  return createReport({
    adapter: { name, version, kind, capabilities },
    ...{ suites, seed, startedAt, pinned, expectations, allowUnexpectedPass, certify },
  })
}
