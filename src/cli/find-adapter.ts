/** Turns what was typed into an adapter. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type LogAdapter, loadAdapter } from '../conformance/index.ts'
import { commandAdapterUrl } from '../conformance/line-protocol/index.ts'
import { messageOf } from '../message-of.ts'
import { UsageError } from './exit-codes.ts'

export interface FoundAdapter {
  readonly url: string
  readonly adapter: LogAdapter
}

/** At most one of them. None: the LMDB store. */
export interface AdapterWords {
  /** A path or a URL of a module. */
  readonly adapter?: string
  /** A program that speaks the line protocol. */
  readonly command?: string
}

/** Adapters of what Holdfast ships, by the words that name them where no file has that name. The first is the default. */
export const builtInNames: readonly string[] = [
  'lmdb',
  'lmdb-raft',
  'lmdb-state-machine',
  'file-state-machine',
]

const defaultUrl = builtInUrl('lmdb')

/** @throws {UsageError} there is no adapter @throws {AdapterError} the command cannot be run, or speaks something else */
export async function findAdapter({ adapter: given, command }: AdapterWords): Promise<FoundAdapter> {
  if (command !== undefined) {
    if (given !== undefined) throw new UsageError('Give an adapter or --command, not both')
    const url = (await commandAdapterUrl(command)).href
    return { url, adapter: await loadAdapter(url) }
  }
  const url = given === undefined ? defaultUrl : urlOf(given)
  try {
    return { url, adapter: await loadAdapter(url) }
  } catch (cause) {
    const why = messageOf(cause).replace(`Cannot load the adapter ${url}: `, '')
    throw new UsageError(`Cannot load the adapter ${given ?? url}: ${why}`, { cause })
  }
}

function builtInUrl(name: string): string {
  return new URL(`./adapters/${name}.js`, import.meta.url).href
}

function urlOf(given: string): string {
  if (/^[a-z][a-z0-9+.-]+:/i.test(given)) return given
  const path = resolve(given)
  if (!existsSync(path) && builtInNames.includes(given)) return builtInUrl(given)
  if (!existsSync(path)) throw new UsageError(`Cannot load the adapter ${given}: no file is there`)
  return pathToFileURL(path).href
}
