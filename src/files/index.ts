/**
 * Files and directories that survive a loss of power: when what makes one durable returns, or resolves, the medium has it.
 *
 * Assumes that an `fsync` that returned did its work, that `rename` within a file system is atomic, and that an entry of a
 * directory is durable once that directory was synced. Errors of the system pass through as they are: who calls knows which
 * log they concern. After one, treat the file as if it held anything; never just sync again, as the kernel reports a lost
 * page once and calls it clean afterwards.
 */
export {
  closeLater,
  readInto,
  syncDataOfDescriptor,
  syncDescriptor,
  syncDirectoryLater,
  writeAll,
} from './descriptors.ts'
export { makeDirectoryDurable } from './make-directory-durable.ts'
export { publishFile } from './publish-file.ts'
export { readAhead } from './read-ahead.ts'
export { removeFile, unlinkFile, unlinkFileLater } from './remove-file.ts'
export { syncDirectory } from './sync-directory.ts'
export { syncFile } from './sync-file.ts'
