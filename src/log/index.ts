export { metaKeyBytesMax, valueBytesMax } from './check-arguments.ts'
export { type LmdbLogInOptions, type LmdbLogOptions, openLmdbLog, openLmdbLogIn } from './lmdb/lmdb-log.ts'
export { type LmdbLogViewOptions, type LogView, listLmdbLogs, openLmdbLogView } from './lmdb/lmdb-log-view.ts'
export type {
  AppendOp,
  AuditFinding,
  CompactOp,
  DeferrableOp,
  DeleteMetaOp,
  LogEntry,
  LogOp,
  LogStats,
  LogStore,
  ReadLimit,
  ReplaceSuffixOp,
  SetMetaOp,
  TrimOp,
} from './log-store.ts'
export { MemoryLog, type MemoryLogOptions } from './memory/memory-log.ts'
export { MemoryDisk } from './memory/memory-medium.ts'
export { logSites } from './sites.ts'
export type { StoredLogOptions } from './stored-log.ts'
