/** The bytes of a file, put together unit by unit. */
import { type DataUnit, type SizeUnit, type Survival, sectorBytes } from './unit.ts'

export class FileContent {
  /** Bytes may be there before the size is that covers them. */
  #bytes: Uint8Array
  /** No byte at or above it has been written. */
  #extent: number
  #size: number

  get size(): number {
    return this.#size
  }

  constructor(from?: FileContent) {
    if (from === undefined) {
      this.#bytes = new Uint8Array(0)
      this.#extent = 0
      this.#size = 0
    } else {
      this.#bytes = from.#bytes.slice(0, from.#extent)
      this.#extent = from.#extent
      this.#size = from.#size
    }
  }

  /** A file that holds these bytes. */
  static of(bytes: Uint8Array): FileContent {
    const content = new FileContent()
    content.#bytes = bytes.slice()
    content.#extent = bytes.length
    content.#size = bytes.length
    return content
  }

  apply(unit: DataUnit | SizeUnit, survival: Survival = 'whole'): void {
    if (unit.kind === 'size') this.#resize(unit)
    else if (survival === 'whole') this.#put(unit.offset, unit.bytes)
    else this.#putSectors(unit, survival)
  }

  /** The file once all of `units` came after this. */
  after(units: readonly (DataUnit | SizeUnit)[]): FileContent {
    const content = new FileContent(this)
    for (const unit of units) content.apply(unit)
    return content
  }

  /** The file as a reader sees it. */
  bytes(): Uint8Array {
    this.#reserve(this.#size)
    return this.#bytes.subarray(0, this.#size)
  }

  /** What was cut off reads as zeroes when the file grows again. */
  #resize({ size, isGrowing, isAtLeast }: SizeUnit): void {
    if (isAtLeast && size < this.#size) return
    if (!isGrowing && this.#extent > size) {
      this.#bytes.fill(0, size, this.#extent)
      this.#extent = size
    }
    this.#size = size
  }

  #put(offset: number, bytes: Uint8Array): void {
    const end = offset + bytes.length
    this.#reserve(end)
    this.#bytes.set(bytes, offset)
    this.#extent = Math.max(this.#extent, end)
  }

  #putSectors({ offset, bytes }: DataUnit, sectors: ReadonlySet<number>): void {
    const first = Math.floor(offset / sectorBytes)
    for (const sector of sectors) {
      const from = Math.max(0, (first + sector) * sectorBytes - offset)
      const to = Math.min(bytes.length, (first + sector + 1) * sectorBytes - offset)
      if (from < to) this.#put(offset + from, bytes.subarray(from, to))
    }
  }

  #reserve(end: number): void {
    if (end <= this.#bytes.length) return
    const larger = new Uint8Array(Math.max(end, Math.min(this.#bytes.length * 2, end + 2 ** 24)))
    larger.set(this.#bytes.subarray(0, this.#extent))
    this.#bytes = larger
  }
}
