/** Pieces that are valid until the next is asked for, kept. */

export function keptPieces(pieces: Iterable<Uint8Array>): Uint8Array[] {
  return Array.from(pieces, (piece) => new Uint8Array(piece))
}

export function bytesOfPieces(pieces: Iterable<Uint8Array>): Buffer {
  return Buffer.concat(keptPieces(pieces))
}
