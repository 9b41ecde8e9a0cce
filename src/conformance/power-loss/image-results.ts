/** Opens each image once, whenever it comes, and remembers what came back. */
import type { Finding } from '../finding.ts'
import type { Recovered } from '../oracle.ts'
import type { Checked, CheckerPool } from './check/checker-pool.ts'
import type { Image } from './disk/image.ts'
import type { Issued } from './subject.ts'

/** Of the value that is appended to every image. Workloads have smaller ones. */
const usedValue = 4_000_000_000

/** What came back, the same object for all images of which the same did. */
interface Result<R> {
  readonly checked: Checked<R>
}

/** Everything that is wrong with what came back, after these calls. */
export type Judge<R> = (issued: Issued, checked: Checked<R>) => readonly Finding[]

export class ImageResults<R = Recovered> {
  readonly #pool: CheckerPool<R>
  readonly #judge: Judge<R>
  readonly #byImage = new Map<string, Promise<Result<R>>>()
  /** Many images come back as the same store. */
  readonly #byContent = new Map<string, Result<R>>()
  readonly #changes = new Map<string, readonly string[]>()
  readonly #verdicts = new WeakMap<Issued, Map<Result<R>, readonly Finding[]>>()
  judged = 0

  constructor(pool: CheckerPool<R>, judge: Judge<R>) {
    this.#pool = pool
    this.#judge = judge
  }

  /** How many different images there were. */
  get count(): number {
    return this.#byImage.size
  }

  /** Opens it, unless that was done before. Resolves when a process has taken it. */
  async open(image: Image): Promise<void> {
    if (this.#byImage.has(image.hash)) return
    const check = await this.#pool.ready()
    // The image must be written before the disk goes on: `check` does that before it first waits.
    const result = check(image, usedValue).then((checked) => this.#remember(image.hash, checked))
    // Whoever asks for the findings is told; nobody may have asked yet.
    result.catch(() => undefined)
    this.#byImage.set(image.hash, result)
  }

  /** What is wrong with the image of that hash, which was opened. */
  async findings(hash: string, issued: Issued): Promise<readonly Finding[]> {
    const result = await this.#resultOf(hash)
    this.judged += 1
    const verdicts = this.#verdicts.get(issued) ?? new Map<Result<R>, readonly Finding[]>()
    this.#verdicts.set(issued, verdicts)
    const known = verdicts.get(result)
    if (known !== undefined) return known
    const findings = this.#judge(issued, result.checked)
    verdicts.set(result, findings)
    return findings
  }

  /** What came back of the image of that hash, which was opened. */
  async checked(hash: string): Promise<Checked<R>> {
    return (await this.#resultOf(hash)).checked
  }

  /** Whether the same came back of two images that were opened. */
  async isSame(hash: string, other: string): Promise<boolean> {
    return (await this.#resultOf(hash)) === (await this.#resultOf(other))
  }

  /** All images that were taken have been opened. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#byImage.values())
  }

  #resultOf(hash: string): Promise<Result<R>> {
    const result = this.#byImage.get(hash)
    if (result === undefined) throw new Error('The image was not opened')
    return result
  }

  /** What opening and reading the image of that hash has changed. `undefined`: it could not be opened, or nobody looked. */
  async changes(hash: string): Promise<readonly string[] | undefined> {
    await this.#resultOf(hash)
    return this.#changes.get(hash)
  }

  /** Many images are one store, whatever its recovery has changed. */
  #remember(hash: string, answer: Checked<R>): Result<R> {
    const { changes, ...checked } = answer.kind === 'opened' ? answer : { ...answer, changes: undefined }
    if (changes !== undefined) this.#changes.set(hash, changes)
    const content = JSON.stringify(checked)
    const result = this.#byContent.get(content) ?? { checked }
    this.#byContent.set(content, result)
    return result
  }
}
