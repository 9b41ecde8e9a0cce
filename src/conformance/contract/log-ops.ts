/** Short ways to write the log's operations down, with text for values. */
import type {
  AppendOp,
  CompactOp,
  DeleteMetaOp,
  ReplaceSuffixOp,
  SetMetaOp,
  TrimOp,
} from '../../log/index.ts'

/** UTF-8 of `text`. */
export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

export function append(...values: readonly string[]): AppendOp {
  return { kind: 'append', entries: values.map(bytes) }
}

export function replaceSuffix(from: number, ...values: readonly string[]): ReplaceSuffixOp {
  return { kind: 'replaceSuffix', from, entries: values.map(bytes) }
}

export function trim(upTo: number): TrimOp {
  return { kind: 'trim', upTo }
}

export function compact(index: number): CompactOp {
  return { kind: 'compact', index }
}

export function setMeta(key: string, value: string): SetMetaOp {
  return { kind: 'setMeta', key, value: bytes(value) }
}

export function deleteMeta(key: string): DeleteMetaOp {
  return { kind: 'deleteMeta', key }
}

/** `count` values that say where they stand: `e0`, `e1`, ... */
export function numbered(count: number, from = 0): string[] {
  return Array.from({ length: count }, (_, offset) => `e${from + offset}`)
}
