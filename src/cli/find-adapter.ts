/** Turns what was typed after `--adapter` into an adapter. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type LogAdapter, loadAdapter } from '../conformance/index.ts'
import { messageOf } from '../message-of.ts'
import { UsageError } from './exit-codes.ts'

export interface FoundAdapter {
  readonly url: string
  readonly adapter: LogAdapter
}

/** The LMDB store. */
export const defaultAdapterUrl: string = new URL('./adapters/lmdb.js', import.meta.url).href

/** `given` is a path or a URL; `undefined` is the LMDB store. @throws {UsageError} there is no adapter */
export async function findAdapter(given: string | undefined): Promise<FoundAdapter> {
  const url = given === undefined ? defaultAdapterUrl : urlOf(given)
  try {
    return { url, adapter: await loadAdapter(url) }
  } catch (cause) {
    throw new UsageError(`Cannot load the adapter ${given ?? url}: ${messageOf(cause)}`, { cause })
  }
}

function urlOf(given: string): string {
  if (/^[a-z][a-z0-9+.-]+:/i.test(given)) return given
  const path = resolve(given)
  if (!existsSync(path)) throw new UsageError(`Cannot load the adapter ${given}: no file is there`)
  return pathToFileURL(path).href
}
