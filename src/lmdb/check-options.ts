/** Checks of what an environment is opened with. */
import { show } from '../arguments.ts'
import { InvalidArgumentError } from '../errors.ts'
import { fileChecks } from './file-check.ts'

const mapSizeMin = 2 ** 20
/** Half of what a process can address on the machines of today. */
const mapSizeMax = 2 ** 46
const databasesMaxMax = 4096

export function checkDirectory(directory: unknown): asserts directory is string {
  if (typeof directory === 'string' && directory !== '' && !directory.includes('\0')) return
  throw new InvalidArgumentError('directory', `Cannot open ${show(directory)}: give the path of a directory`)
}

export function checkDatabaseName(name: unknown): asserts name is string {
  if (typeof name === 'string' && /^[\w.:/-]{1,200}$/.test(name)) return
  throw new InvalidArgumentError(
    'name',
    `Cannot use ${show(name)} as a log's name: give 1 to 200 letters, digits or any of _ . : / -`,
  )
}

export function checkMapSize(mapSize: unknown): void {
  if (mapSize === undefined) return
  if (Number.isSafeInteger(mapSize) && (mapSize as number) >= mapSizeMin && (mapSize as number) <= mapSizeMax)
    return
  throw new InvalidArgumentError(
    'mapSize',
    `Cannot map ${show(mapSize)} bytes: give an integer from ${mapSizeMin} to ${mapSizeMax}`,
  )
}

export function checkDatabasesMax(databasesMax: unknown): void {
  if (databasesMax === undefined) return
  if (
    Number.isInteger(databasesMax) &&
    (databasesMax as number) >= 1 &&
    (databasesMax as number) <= databasesMaxMax
  )
    return
  throw new InvalidArgumentError(
    'databasesMax',
    `Cannot hold ${show(databasesMax)} databases: give an integer from 1 to ${databasesMaxMax}`,
  )
}

export function checkFileCheck(check: unknown): void {
  if (check === undefined || fileChecks.some((one) => one === check)) return
  throw new InvalidArgumentError(
    'checkFile',
    `Cannot check the data file by ${show(check)}: give ${fileChecks.join(', ')}`,
  )
}
