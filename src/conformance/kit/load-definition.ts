import { show } from '../../arguments.ts'
import { messageOf } from '../../message-of.ts'
import { AdapterError } from './adapter-error.ts'
import { type AdapterDefinition, type DefinedAdapter, defineAdapter, isDefinition } from './define-adapter.ts'

/** Loads the module and checks that its default export is an adapter of the kit. @throws {AdapterError} it is not, or of Holdfast's own port */
export async function loadDefinition(adapterUrl: string): Promise<DefinedAdapter> {
  const exported = await loadDefault(adapterUrl)
  if (!isDefinition(exported)) {
    throw new AdapterError(
      'definition',
      `The adapter ${adapterUrl} is one of Holdfast's own port, and this takes those of defineAdapter({ ... }) alone; ` +
        'give this one to runConformance() or to holdfast conform',
    )
  }
  return defineAdapter(exported as AdapterDefinition)
}

/** The module's default export, whatever it is. @throws {AdapterError} it cannot be loaded, or has none */
export async function loadDefault(adapterUrl: string): Promise<unknown> {
  let module: Readonly<Record<string, unknown>>
  try {
    module = await import(adapterUrl)
  } catch (cause) {
    const text = `Cannot load the adapter ${adapterUrl}: ${messageOf(cause)}; run the module by itself to see more`
    throw new AdapterError('open', text, { cause })
  }
  const exported = module['default']
  if (typeof exported === 'object' && exported !== null) return exported
  throw new AdapterError(
    'definition',
    `The adapter ${adapterUrl} exports ${show(exported)} by default: export default defineAdapter({ ... })`,
  )
}
