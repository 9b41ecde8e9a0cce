/** The file that says which generation is in use: `gen-00000007`, a space, and the checksum of that in hexadecimal digits. */
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { crc32 } from '../../codec/index.ts'
import { CorruptionError } from '../../errors.ts'
import { syncDirectory, syncFile } from '../../files/index.ts'

const fileName = 'CURRENT'
const newFileName = 'CURRENT.new'
const generationPattern = /^gen-(\d{8})$/

export function generationName(number: number): string {
  return `gen-${String(number).padStart(8, '0')}`
}

/** Numbers of the generations in `directory`, in use or not. */
export function listGenerations(directory: string): number[] {
  return readdirSync(directory).flatMap((name) => {
    const found = generationPattern.exec(name)?.[1]
    return found === undefined ? [] : [Number(found)]
  })
}

/** The generation in use; `undefined` when the file is not there. @throws {CorruptionError} it is damaged */
export function readCurrent(name: string, directory: string): number | undefined {
  let text: string
  try {
    text = readFileSync(join(directory, fileName), 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  const [, digits] = generationPattern.exec(text.slice(0, 12)) ?? []
  if (digits !== undefined && text === lineOf(Number(digits))) return Number(digits)
  throw new CorruptionError({ log: name, actualBytes: text.length }, 'its file CURRENT is damaged')
}

/** The new file beside the old one. It is durable when this returns, and so is the name of the generation that it names. */
export function prepareCurrent(directory: string, number: number): void {
  const path = join(directory, newFileName)
  writeFileSync(path, lineOf(number))
  syncFile(path)
  syncDirectory(directory)
}

/** The commit point: from here on the new file is what is read, and after {@link syncCurrent} also after a loss of power. */
export function renameCurrent(directory: string): void {
  renameSync(join(directory, newFileName), join(directory, fileName))
}

export function syncCurrent(directory: string): void {
  syncDirectory(directory)
}

export function dropPrepared(directory: string): void {
  rmSync(join(directory, newFileName), { force: true })
}

function lineOf(number: number): string {
  const name = generationName(number)
  return `${name} ${crc32(Buffer.from(name), 0).toString(16).padStart(8, '0')}\n`
}
