/** `holdfast inspect`: what is in a directory, beside its owner if it has one. */
import { frameVersion } from '../codec/index.ts'
import { CorruptionError, FormatVersionError } from '../errors.ts'
import { findOwnerPid } from '../lmdb/index.ts'
import { type LogStats, type LogView, listLmdbLogs, openLmdbLogView } from '../log/index.ts'
import { PaxosStorage } from '../paxos/index.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import { showValue } from './show-value.ts'
import { writeLines } from './write-lines.ts'

export interface InspectOptions {
  readonly log?: string
  readonly json?: boolean
}

interface Inspection {
  readonly log: string
  readonly formatVersion: number
  readonly stats: LogStats
  readonly metadata: readonly Metadata[]
}

interface Metadata {
  readonly key: string
  /** Absent when it cannot be read. */
  readonly bytes?: number
  readonly value: string
}

/** @throws {LogNotFoundError} no log is there @throws {CorruptionError} what is there cannot be opened */
export async function inspect(directory: string, { log, json }: InspectOptions): Promise<ExitCode> {
  const names = log === undefined ? listLmdbLogs(directory) : [log]
  const logs = names.map((name) => inspectLog(directory, name))
  const ownerPid = findOwnerPid(directory)
  await writeLines(
    json ? [JSON.stringify({ directory, ownerPid, logs }, undefined, 2)] : render(directory, ownerPid, logs),
  )
  return exitCodes.fine
}

function inspectLog(directory: string, name: string): Inspection {
  using view = openLmdbLogView(directory, { name })
  const metadata = view.metaKeys().map((key) => inspectMeta(view, key))
  return { log: name, formatVersion: frameVersion, stats: view.stats(), metadata }
}

/** A value that cannot be read is shown as that: the rest may be what is looked for. */
function inspectMeta(view: LogView, key: string): Metadata {
  try {
    const bytes = view.getMeta(key) ?? new Uint8Array()
    const known = readPaxosMeta(view, key)
    return { key, bytes: bytes.length, value: known === undefined ? showValue(bytes) : JSON.stringify(known) }
  } catch (error) {
    if (!(error instanceof CorruptionError || error instanceof FormatVersionError)) throw error
    return { key, value: `unreadable: ${error.message}` }
  }
}

/** What Paxos storage reads from under that key, if it is one of its own. */
function readPaxosMeta(view: LogView, key: string): unknown {
  const storage = new PaxosStorage<unknown>(view)
  const readers: Readonly<Record<string, () => unknown>> = {
    'paxos.promise': () => storage.getPromise(),
    'paxos.accepted_round': () => storage.getAcceptedRound(),
    'paxos.decided_idx': () => storage.getDecidedIdx(),
    'paxos.stopsign': () => storage.getStopsign(),
  }
  return readers[key]?.()
}

function render(directory: string, ownerPid: number | undefined, logs: readonly Inspection[]): string[] {
  const owner = ownerPid === undefined ? 'no owner' : `open in the process with pid ${ownerPid}`
  return [`${directory}: ${owner}`, ...logs.flatMap(renderLog)]
}

function renderLog({ log, formatVersion, stats, metadata }: Inspection): string[] {
  const rows: [string, string | number][] = [
    ['format version', formatVersion],
    ['first index', stats.firstIndex],
    ['next index', stats.nextIndex],
    ['compacted index', stats.compactedIndex],
    ['entries', stats.entries],
    ['reclaimable entries', stats.reclaimableEntries],
    ['data file', `${stats.sizeBytes} bytes, of which ${stats.usedBytes} were ever used`],
    ['map', `${stats.mapSizeBytes} bytes`],
    ['free on the file system', `${stats.filesystemAvailBytes} bytes`],
    ['open readers', stats.openReadTransactions ?? 0],
    ...metadata.map(({ key, bytes, value }): [string, string] => [
      `"${key}"`,
      bytes === undefined ? value : `${bytes} bytes: ${value}`,
    ]),
  ]
  const width = Math.max(...rows.map(([name]) => name.length))
  return ['', `log "${log}"`, ...rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`)]
}
