/** Stop signs: the last entry of a configuration. */
import { show } from '../arguments.ts'
import { createCborCodec } from '../codec/index.ts'
import { InvalidArgumentError } from '../errors.ts'

export interface FlexibleQuorum {
  readonly readQuorumSize: number
  readonly writeQuorumSize: number
}

/** The cluster that goes on after the stop sign. */
export interface ClusterConfig {
  readonly configurationId: number
  readonly nodes: readonly number[]
  readonly flexibleQuorum?: FlexibleQuorum
}

export interface StopSign {
  readonly nextConfig: ClusterConfig
  /** The embedder's own, as bytes. */
  readonly metadata?: Uint8Array
}

const codec = createCborCodec<unknown>()

/** @throws {InvalidArgumentError} it is not a stop sign */
export function encodeStopSign(stopSign: StopSign): Uint8Array {
  const defect = defectOf(stopSign)
  if (defect !== undefined) {
    throw new InvalidArgumentError('stopsign', `Cannot store ${show(stopSign)} as a stop sign: ${defect}`)
  }
  const { nextConfig, metadata } = stopSign
  const { configurationId, nodes, flexibleQuorum } = nextConfig
  return codec.encode([
    configurationId,
    nodes,
    flexibleQuorum && [flexibleQuorum.readQuorumSize, flexibleQuorum.writeQuorumSize],
    metadata && new Uint8Array(metadata),
  ])
}

/** `undefined` when the bytes are no stop sign. Throws what the codec throws. */
export function decodeStopSign(bytes: Uint8Array): StopSign | undefined {
  const parts = codec.decode(bytes)
  if (!Array.isArray(parts) || parts.length !== 4) return undefined
  const [configurationId, nodes, quorum, metadata] = parts
  const stopSign: StopSign = {
    nextConfig: {
      configurationId,
      nodes,
      ...(Array.isArray(quorum) && {
        flexibleQuorum: { readQuorumSize: quorum[0], writeQuorumSize: quorum[1] },
      }),
    },
    ...(metadata !== undefined && { metadata }),
  }
  return defectOf(stopSign) === undefined ? stopSign : undefined
}

function defectOf(stopSign: StopSign): string | undefined {
  const config = stopSign?.nextConfig
  if (typeof config !== 'object' || config === null) return 'it needs a nextConfig'
  if (!isCount(config.configurationId)) return 'nextConfig.configurationId is an integer >= 0'
  // Not the array's own every(), which skips its holes.
  if (!Array.isArray(config.nodes) || !Array.from(config.nodes).every(isCount))
    return 'nextConfig.nodes is an array of integers >= 0'
  const quorum = config.flexibleQuorum
  if (quorum !== undefined && !(isCount(quorum?.readQuorumSize) && isCount(quorum?.writeQuorumSize))) {
    return 'flexibleQuorum has a readQuorumSize and a writeQuorumSize, integers >= 0'
  }
  if (stopSign.metadata !== undefined && !(stopSign.metadata instanceof Uint8Array))
    return 'metadata is a Uint8Array'
  return undefined
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0
}
