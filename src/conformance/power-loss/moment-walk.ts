/** Goes through a recording from moment to moment, and tries at each what a power loss could leave. */
import type { Finding } from '../finding.ts'
import { SeededRandom } from '../random.ts'
import { Disk } from './disk/disk.ts'
import { imageOf } from './disk/image.ts'
import { type DiskModel, type DiskModelName, diskModels } from './disk/model.ts'
import { chooseSurvivors } from './disk/survivors.ts'
import type { Survivors, Unit } from './disk/unit.ts'
import type { DiskEvent, WorkloadLine } from './event.ts'
import type { FirstCrashes } from './first-crashes.ts'
import type { ImageResults } from './image-results.ts'
import type { KillMoments, LeftAtMoment } from './kill-moments.ts'
import type { RecordedImage } from './recording-file.ts'
import type { Issued, Subject } from './subject.ts'
import { heard } from './verdict.ts'

export interface BadImage extends RecordedImage {
  readonly findings: readonly Finding[]
}

export interface MomentWalkOptions {
  readonly model: DiskModelName
  readonly subject: Subject
  readonly results: ImageResults<unknown>
  readonly seed: number
  /** Names the stream of choices, with the seed. */
  readonly name: string
  readonly imagesPerMomentMax: number
  /** Is offered each image that is tried. */
  readonly firstCrashes?: FirstCrashes | undefined
  /** Is offered each moment. */
  readonly killMoments?: KillMoments | undefined
}

interface TriedImage {
  readonly survivors: Survivors
  readonly hash: string
}

/** Images of so many moments may be under way at once. */
const momentsUnderWayMax = 12

export class MomentWalk {
  readonly #model: DiskModel
  readonly #disk: Disk
  readonly #subject: Subject
  readonly #results: ImageResults<unknown>
  readonly #random: SeededRandom
  readonly #imagesPerMomentMax: number
  readonly #firstCrashes: FirstCrashes | undefined
  readonly #killMoments: KillMoments | undefined
  readonly #underWay: Promise<BadImage | undefined>[] = []
  #tried: readonly TriedImage[] = []
  /** Some image failed; one of an earlier moment, which is not judged yet, may fail too. */
  #isBad = false
  #events = 0
  #moment = 0
  #triedMoments = 0
  #lines = 0
  issued: Issued = []

  constructor(options: MomentWalkOptions) {
    const { model, subject, results, seed, name, imagesPerMomentMax, firstCrashes, killMoments } = options
    this.#model = diskModels[model]
    this.#disk = new Disk(this.#model)
    this.#subject = subject
    this.#results = results
    this.#random = new SeededRandom(seed, name)
    this.#imagesPerMomentMax = imagesPerMomentMax
    this.#firstCrashes = firstCrashes
    this.#killMoments = killMoments
  }

  /** At how many moments the power was lost. */
  get triedMoments(): number {
    return this.#triedMoments
  }

  get disk(): Disk {
    return this.#disk
  }

  /** Takes an event without losing the power. */
  skip(event: DiskEvent): void {
    this.#hear(event)
    // They are of an earlier moment: what is acked from here on need not be in them.
    this.#tried = []
    for (const _ of this.#disk.take(event)) this.#moment += 1
  }

  /** Loses the power where the walk is now. */
  async look(): Promise<BadImage | undefined> {
    await this.#try()
    this.#judge()
    return this.#firstBad(0)
  }

  /** Returns an image that fails, if one of those that were judged by now does: the first one. */
  async take(event: DiskEvent): Promise<BadImage | undefined> {
    const line = this.#hear(event)
    // What is legal only becomes more with an intent, and less with an ack, and with what was read.
    if (line?.kind === 'ack' || line?.kind === 'recovered') this.#judge()
    const momentBefore = this.#moment
    for (const _ of this.#disk.take(event)) {
      this.#moment += 1
      const isWithin = 'isSynced' in event && event.isSynced && this.#moment === momentBefore + 1
      const left = await this.#try()
      this.#killMoments?.offer({ events: this.#events, isWithin }, left, this.#disk)
      this.#judge()
    }
    return this.#firstBad(this.#isBad ? 0 : momentsUnderWayMax)
  }

  #hear(event: DiskEvent): WorkloadLine<unknown> | undefined {
    this.#events += 1
    if (event.kind !== 'line') return undefined
    this.#lines += 1
    this.issued = heard(this.#subject, this.issued, event.line)
    return event.line
  }

  /** Waits for everything that is under way. */
  finish(): Promise<BadImage | undefined> {
    return this.#firstBad(0)
  }

  async #try(): Promise<LeftAtMoment> {
    this.#triedMoments += 1
    const pending = this.#disk.pending()
    const tried = new Map<string, TriedImage>()
    let [durable, visible]: (string | undefined)[] = []
    for (const chosen of chooseSurvivors(pending, this.#imagesPerMomentMax, this.#random)) {
      if (this.#isBad) break
      const survivors = this.#model.complete(pending, chosen)
      const image = imageOf(this.#disk, survivors)
      if (survivors.size === 0) durable = image.hash
      if (isWhole(pending, survivors)) visible = image.hash
      if (tried.has(image.hash)) continue
      tried.set(image.hash, { survivors, hash: image.hash })
      const at = { moment: this.#moment, lines: this.#lines }
      this.#firstCrashes?.offer({ ...at, survivors, hash: image.hash, issued: this.issued })
      await this.#results.open(image)
    }
    this.#tried = [...tried.values()]
    return { durable, visible }
  }

  #judge(): void {
    const { issued } = this
    const at = { moment: this.#moment, lines: this.#lines }
    const tried = this.#tried
    const judgement = async (): Promise<BadImage | undefined> => {
      for (const { survivors, hash } of tried) {
        const findings = await this.#results.findings(hash, issued)
        if (findings.length === 0) continue
        this.#isBad = true
        return { ...at, survivors, findings }
      }
      return undefined
    }
    const promise = judgement()
    // Whoever waits for it is told; until then nobody may be.
    promise.catch(() => undefined)
    this.#underWay.push(promise)
  }

  async #firstBad(leftMax: number): Promise<BadImage | undefined> {
    while (this.#underWay.length > leftMax) {
      const bad = await this.#underWay.shift()
      if (bad !== undefined) return bad
    }
    return undefined
  }
}

function isWhole(pending: readonly Unit[], survivors: Survivors): boolean {
  return pending.every(({ number }) => survivors.get(number) === 'whole')
}

/** The disk, and what was issued, at a moment of a recording. */
export function stateAt(
  { events, subject }: { readonly events: readonly DiskEvent[]; readonly subject: Subject },
  model: DiskModelName,
  { moment, lines }: Pick<RecordedImage, 'moment' | 'lines'>,
): { readonly disk: Disk; readonly issued: Issued } {
  const disk = new Disk(diskModels[model])
  let issued: Issued = []
  let momentsLeft = moment
  let linesLeft = lines
  for (const event of events) {
    if (event.kind === 'line' && linesLeft-- > 0) issued = heard(subject, issued, event.line)
    if (momentsLeft === 0) continue
    for (const _ of disk.take(event)) if (--momentsLeft === 0) break
  }
  return { disk, issued }
}
