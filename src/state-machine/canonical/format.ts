/**
 * The canonical stream: the bytes of a state that are the same on every replica at the same position, whatever medium it is on,
 * however its log was cut into chunks, and whatever was collected when. Only what can be seen is in it.
 *
 * Magic, u8 1 if times to live are enabled, u8 length and bytes of the cluster's id (UTF-8), u64 index, u64 term, u64 clock, u32
 * chain, u32 checksum of all that. Then blocks: u8 kind, u32 count, u32 length, payload, u32 checksum of the block so far. Rows come in strictly
 * ascending order of their keys, then the membership, if there is one, then the footer: u64 rows, u64 leases, u64 bytes of keys
 * and values, u32 checksum over the checksums of all blocks before. A block of rows ends before the row that would make its payload
 * longer than 1 MiB. What ends without a footer is incomplete. Checksums are CRC-32, numbers big-endian.
 */
export const magic: Uint8Array = Buffer.from('HFSTATE\x01', 'latin1')

export const blockKinds = ['rows', 'membership', 'footer'] as const
export type BlockKind = (typeof blockKinds)[number]

export const blockHeaderBytes = 9
export const checksumBytes = 4
export const rowsPayloadBytesMax: number = 1024 * 1024
/** No block that was written here is longer: one row of the longest key and value. */
export const payloadBytesMax: number = 9 * 1024 * 1024
export const footerBytes = 28
/** Of the header, behind magic and cluster. */
export const positionBytes = 32
