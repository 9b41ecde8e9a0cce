/** Every planted bug, by the name of its file. */
import { abandonFlushes } from './abandon-flushes.ts'
import { anythingWrittenAtomically } from './anything-written-atomically.ts'
import { appendAlwaysTruncates } from './append-always-truncates.ts'
import { appendReturnsACount } from './append-returns-a-count.ts'
import { appendReturnsAnIndex } from './append-returns-an-index.ts'
import { atomicWriteAlwaysCommits } from './atomic-write-always-commits.ts'
import { atomicWriteDoneOneByOne } from './atomic-write-done-one-by-one.ts'
import { badBallotIsNone } from './bad-ballot-is-none.ts'
import { badBallotMended } from './bad-ballot-mended.ts'
import { badStopsignClears } from './bad-stopsign-clears.ts'
import { boundaryLostWithItsEntries } from './boundary-lost-with-its-entries.ts'
import { boundaryNotInLastIndex } from './boundary-not-in-last-index.ts'
import { boundaryTermLost } from './boundary-term-lost.ts'
import { bytesKeptByReference } from './bytes-kept-by-reference.ts'
import { closeDoesNotFlush } from './close-does-not-flush.ts'
import { closedLogAnswers } from './closed-log-answers.ts'
import { commitOptionIgnored } from './commit-option-ignored.ts'
import { compactedSuffixReplaced } from './compacted-suffix-replaced.ts'
import { conflictIsTwoCommits } from './conflict-is-two-commits.ts'
import { conflictJudgedByIndex } from './conflict-judged-by-index.ts'
import { cursorAdvancesBeforeTheWrite } from './cursor-advances-before-the-write.ts'
import { deferredClassRaised } from './deferred-class-raised.ts'
import { deferredDurableAtOnce } from './deferred-durable-at-once.ts'
import { deferredDurableByFlushAlone } from './deferred-durable-by-flush-alone.ts'
import { deferredInvisible } from './deferred-invisible.ts'
import { deferredLostOnCommit } from './deferred-lost-on-commit.ts'
import { deferredReordered } from './deferred-reordered.ts'
import { deferredWrittenAfter } from './deferred-written-after.ts'
import { emptyAppendWrites } from './empty-append-writes.ts'
import { emptyCommitWrites } from './empty-commit-writes.ts'
import { emptyMetadataAbsent } from './empty-metadata-absent.ts'
import { emptyReplacementMovesTheEnd } from './empty-replacement-moves-the-end.ts'
import { entriesByReference } from './entries-by-reference.ts'
import { entriesReadAsASuffix } from './entries-read-as-a-suffix.ts'
import { equalValuesStoredOnce } from './equal-values-stored-once.ts'
import { failedBatchRidesAlong } from './failed-batch-rides-along.ts'
import { failedCommitDropsDeferred } from './failed-commit-drops-deferred.ts'
import { failedFlushDropsDeferred } from './failed-flush-drops-deferred.ts'
import { failedOpenKeepsItsOwner } from './failed-open-keeps-its-owner.ts'
import { failedSyncRetried } from './failed-sync-retried.ts'
import { firstStateIsNone } from './first-state-is-none.ts'
import { floorForgottenOnReopen } from './floor-forgotten-on-reopen.ts'
import { floorOnlyRises } from './floor-only-rises.ts'
import { floorStopsAtTheEnd } from './floor-stops-at-the-end.ts'
import { floorTrims } from './floor-trims.ts'
import { flushDoesNothing } from './flush-does-nothing.ts'
import { fullTrimForgottenOnReopen } from './full-trim-forgotten-on-reopen.ts'
import { fullTrimRewinds } from './full-trim-rewinds.ts'
import { gapAccepted } from './gap-accepted.ts'
import { indexesOf32Bits } from './indexes-of-32-bits.ts'
import { indexesRelativeToTheFloor } from './indexes-relative-to-the-floor.ts'
import { installDropsEverything } from './install-drops-everything.ts'
import { lengthCountsStoredEntries } from './length-counts-stored-entries.ts'
import { limitStopsShort } from './limit-stops-short.ts'
import { logBeginsAtOne } from './log-begins-at-one.ts'
import { lostDeferredComesBack } from './lost-deferred-comes-back.ts'
import { metadataByReference } from './metadata-by-reference.ts'
import { metadataKeysIgnoreCase } from './metadata-keys-ignore-case.ts'
import type { Mutant } from './mutant.ts'
import { neverReclaims } from './never-reclaims.ts'
import { noPoison } from './no-poison.ts'
import { observerNotTold } from './observer-not-told.ts'
import { oneCommitPerOperation } from './one-commit-per-operation.ts'
import { operationNotPassedOn } from './operation-not-passed-on.ts'
import { overwriteKeepsTheTail } from './overwrite-keeps-the-tail.ts'
import { ownCodecIgnored } from './own-codec-ignored.ts'
import { ownerStaysAfterAbandon } from './owner-stays-after-abandon.ts'
import { paxosFaultPoisons } from './paxos-fault-poisons.ts'
import { paxosObserverIgnored } from './paxos-observer-ignored.ts'
import { paxosReadSiteNeverHit } from './paxos-read-site-never-hit.ts'
import { poisonStopsWritesAlone } from './poison-stops-writes-alone.ts'
import { promiseDeferred } from './promise-deferred.ts'
import { promiseZeroAtFirst } from './promise-zero-at-first.ts'
import { raftRangeCutToTheEnd } from './raft-range-cut-to-the-end.ts'
import { readFaultHidden } from './read-fault-hidden.ts'
import { readIncludesItsEnd } from './read-includes-its-end.ts'
import { readReturnsAPrefix } from './read-returns-a-prefix.ts'
import { readSkipsTheHead } from './read-skips-the-head.ts'
import { readTurnsRangesAround } from './read-turns-ranges-around.ts'
import { replacementIsTwoCommits } from './replacement-is-two-commits.ts'
import { replacementMustOverlap } from './replacement-must-overlap.ts'
import { replacementOffByOne } from './replacement-off-by-one.ts'
import { saveWithIsTwoCommits } from './save-with-is-two-commits.ts'
import { secondOwnerAccepted } from './second-owner-accepted.ts'
import { smallLimitReadsNothing } from './small-limit-reads-nothing.ts'
import { snapshotNeverCleared } from './snapshot-never-cleared.ts'
import { staleCacheAfterAFailedCommit } from './stale-cache-after-a-failed-commit.ts'
import { stopsignDeferred } from './stopsign-deferred.ts'
import { suffixBeginsAtTheLastEntry } from './suffix-begins-at-the-last-entry.ts'
import { trimDoesNothing } from './trim-does-nothing.ts'
import { trimForgottenOnReopen } from './trim-forgotten-on-reopen.ts'
import { trimMovesTheFloor } from './trim-moves-the-floor.ts'
import { trimOffByOne } from './trim-off-by-one.ts'
import { truncationLeavesEntries } from './truncation-leaves-entries.ts'
import { undecodableEntrySkipped } from './undecodable-entry-skipped.ts'
import { unencodableEntrySkipped } from './unencodable-entry-skipped.ts'
import { voteChangedWithinATerm } from './vote-changed-within-a-term.ts'
import { voteDeferred } from './vote-deferred.ts'
import { voteSavedAtClose } from './vote-saved-at-close.ts'
import { walkOfASnapshot } from './walk-of-a-snapshot.ts'
import { wholeBufferStored } from './whole-buffer-stored.ts'
import { writeFailureSwallowed } from './write-failure-swallowed.ts'

export const mutants: Readonly<Record<string, Mutant>> = {
  'full-trim-rewinds': fullTrimRewinds,
  'full-trim-forgotten-on-reopen': fullTrimForgottenOnReopen,
  'trim-does-nothing': trimDoesNothing,
  'trim-forgotten-on-reopen': trimForgottenOnReopen,
  'trim-moves-the-floor': trimMovesTheFloor,
  'floor-trims': floorTrims,
  'floor-only-rises': floorOnlyRises,
  'floor-stops-at-the-end': floorStopsAtTheEnd,
  'floor-forgotten-on-reopen': floorForgottenOnReopen,
  'empty-replacement-moves-the-end': emptyReplacementMovesTheEnd,
  'gap-accepted': gapAccepted,
  'compacted-suffix-replaced': compactedSuffixReplaced,
  'cursor-advances-before-the-write': cursorAdvancesBeforeTheWrite,
  'failed-batch-rides-along': failedBatchRidesAlong,
  'failed-commit-drops-deferred': failedCommitDropsDeferred,
  'deferred-lost-on-commit': deferredLostOnCommit,
  'deferred-written-after': deferredWrittenAfter,
  'deferred-durable-by-flush-alone': deferredDurableByFlushAlone,
  'deferred-durable-at-once': deferredDurableAtOnce,
  'deferred-invisible': deferredInvisible,
  'flush-does-nothing': flushDoesNothing,
  'close-does-not-flush': closeDoesNotFlush,
  'abandon-flushes': abandonFlushes,
  'one-commit-per-operation': oneCommitPerOperation,
  'replacement-is-two-commits': replacementIsTwoCommits,
  'truncation-leaves-entries': truncationLeavesEntries,
  'empty-append-writes': emptyAppendWrites,
  'bytes-kept-by-reference': bytesKeptByReference,
  'metadata-by-reference': metadataByReference,
  'empty-metadata-absent': emptyMetadataAbsent,
  'read-returns-a-prefix': readReturnsAPrefix,
  'read-skips-the-head': readSkipsTheHead,
  'small-limit-reads-nothing': smallLimitReadsNothing,
  'walk-of-a-snapshot': walkOfASnapshot,
  'indexes-of-32-bits': indexesOf32Bits,
  'no-poison': noPoison,
  'poison-stops-writes-alone': poisonStopsWritesAlone,
  'failed-sync-retried': failedSyncRetried,
  'second-owner-accepted': secondOwnerAccepted,
  'owner-stays-after-abandon': ownerStaysAfterAbandon,
  'never-reclaims': neverReclaims,
  'failed-open-keeps-its-owner': failedOpenKeepsItsOwner,
  'failed-flush-drops-deferred': failedFlushDropsDeferred,
  'limit-stops-short': limitStopsShort,
  'empty-commit-writes': emptyCommitWrites,
  'equal-values-stored-once': equalValuesStoredOnce,
  'closed-log-answers': closedLogAnswers,
  'operation-not-passed-on': operationNotPassedOn,
  'read-fault-hidden': readFaultHidden,
  'observer-not-told': observerNotTold,
  'stopsign-deferred': stopsignDeferred,
  'promise-deferred': promiseDeferred,
  'length-counts-stored-entries': lengthCountsStoredEntries,
  'append-returns-an-index': appendReturnsAnIndex,
  'entries-read-as-a-suffix': entriesReadAsASuffix,
  'indexes-relative-to-the-floor': indexesRelativeToTheFloor,
  'atomic-write-done-one-by-one': atomicWriteDoneOneByOne,
  'atomic-write-always-commits': atomicWriteAlwaysCommits,
  'deferred-class-raised': deferredClassRaised,
  'commit-option-ignored': commitOptionIgnored,
  'snapshot-never-cleared': snapshotNeverCleared,
  'undecodable-entry-skipped': undecodableEntrySkipped,
  'unencodable-entry-skipped': unencodableEntrySkipped,
  'bad-ballot-is-none': badBallotIsNone,
  'own-codec-ignored': ownCodecIgnored,
  'log-begins-at-one': logBeginsAtOne,
  'whole-buffer-stored': wholeBufferStored,
  'metadata-keys-ignore-case': metadataKeysIgnoreCase,
  'read-includes-its-end': readIncludesItsEnd,
  'read-turns-ranges-around': readTurnsRangesAround,
  'entries-by-reference': entriesByReference,
  'overwrite-keeps-the-tail': overwriteKeepsTheTail,
  'replacement-must-overlap': replacementMustOverlap,
  'append-returns-a-count': appendReturnsACount,
  'anything-written-atomically': anythingWrittenAtomically,
  'paxos-observer-ignored': paxosObserverIgnored,
  'promise-zero-at-first': promiseZeroAtFirst,
  'bad-ballot-mended': badBallotMended,
  'suffix-begins-at-the-last-entry': suffixBeginsAtTheLastEntry,
  'bad-stopsign-clears': badStopsignClears,
  'paxos-fault-poisons': paxosFaultPoisons,
  'paxos-read-site-never-hit': paxosReadSiteNeverHit,
  'vote-deferred': voteDeferred,
  'vote-saved-at-close': voteSavedAtClose,
  'first-state-is-none': firstStateIsNone,
  'save-with-is-two-commits': saveWithIsTwoCommits,
  'conflict-is-two-commits': conflictIsTwoCommits,
  'append-always-truncates': appendAlwaysTruncates,
  'conflict-judged-by-index': conflictJudgedByIndex,
  'boundary-not-in-last-index': boundaryNotInLastIndex,
  'boundary-lost-with-its-entries': boundaryLostWithItsEntries,
  'install-drops-everything': installDropsEverything,
  'raft-range-cut-to-the-end': raftRangeCutToTheEnd,
  'trim-off-by-one': trimOffByOne,
  'replacement-off-by-one': replacementOffByOne,
  'deferred-reordered': deferredReordered,
  'lost-deferred-comes-back': lostDeferredComesBack,
  'vote-changed-within-a-term': voteChangedWithinATerm,
  'boundary-term-lost': boundaryTermLost,
  'stale-cache-after-a-failed-commit': staleCacheAfterAFailedCommit,
  'write-failure-swallowed': writeFailureSwallowed,
}
