/** Ballots: what a promise and an accepted round are. */
import { checkIndex, show } from '../arguments.ts'
import { readU64, writeU64 } from '../codec/index.ts'
import { InvalidArgumentError } from '../errors.ts'

/** A round of the protocol, as OmniPaxos numbers them. Each field is a safe integer >= 0. */
export interface Ballot {
  readonly configId: number
  readonly n: number
  readonly priority: number
  readonly pid: number
}

const fields = ['configId', 'n', 'priority', 'pid'] as const
const ballotBytes = fields.length * 8

/** @throws {InvalidArgumentError} it is not a ballot */
export function encodeBallot(ballot: Ballot): Uint8Array {
  if (typeof ballot !== 'object' || ballot === null) {
    throw new InvalidArgumentError(
      'ballot',
      `Cannot store ${show(ballot)} as a ballot: give { ${fields.join(', ')} }`,
    )
  }
  const bytes = new Uint8Array(ballotBytes)
  for (const [position, field] of fields.entries()) {
    checkIndex(`ballot.${field}`, ballot[field])
    writeU64(bytes, position * 8, ballot[field])
  }
  return bytes
}

/** `undefined` when the bytes are no ballot. */
export function decodeBallot(bytes: Uint8Array): Ballot | undefined {
  if (bytes.length !== ballotBytes) return undefined
  const [configId = 0, n = 0, priority = 0, pid = 0] = fields.map((_, position) =>
    readU64(bytes, position * 8),
  )
  return { configId, n, priority, pid }
}
