/** Bytes as they come out of a pipe, as lines. Nothing is decoded before a line is whole: a character may be cut in two. */

const newline = 0x0a

export class LineSplitter {
  readonly #bytesMax: number
  #parts: Uint8Array[] = []
  #bytes = 0

  /** A line that is longer than `bytesMax` is not waited for. */
  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax
  }

  /** Whether the line that has begun is longer than a line may be. */
  get isTooLong(): boolean {
    return this.#bytes > this.#bytesMax
  }

  /** What was said since the last newline. */
  get rest(): Uint8Array {
    return Buffer.concat(this.#parts)
  }

  /** The lines that end in `chunk`, without their newlines. */
  *take(chunk: Uint8Array): Generator<Uint8Array> {
    let from = 0
    for (let at = chunk.indexOf(newline); at >= 0; at = chunk.indexOf(newline, from)) {
      this.#add(chunk.subarray(from, at))
      // Looked at before the line is given away: one that came whole may be too long as well.
      if (this.isTooLong) return
      yield this.rest
      this.#parts = []
      this.#bytes = 0
      from = at + 1
    }
    this.#add(chunk.subarray(from))
  }

  #add(part: Uint8Array): void {
    this.#parts.push(part)
    this.#bytes += part.length
  }
}
