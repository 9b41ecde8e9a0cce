/** The failpoint sites of every state machine; a medium has its own beside these. */
import type { FailpointSite } from '../../failpoints/index.ts'

export type StateSite =
  | 'state.open'
  | 'state.apply.before'
  | 'state.apply.after'
  | 'state.collect'
  | 'state.snapshot.begin'
  | 'state.snapshot.written'
  | 'state.install.block'
  | 'state.install.verify'
  | 'state.install.build'
  | 'state.install.publish'
  | 'state.reset.publish'

interface StateFailpointSite extends FailpointSite {
  readonly name: StateSite
}

const failsCleanly =
  'it fails before it changed anything; return(EIO), return(ENOSPC) as that error of the medium'
const installStays = 'the installation fails, what was received stays, and the old state serves'

export const stateSites: readonly StateFailpointSite[] = [
  { name: 'state.open', description: 'A state machine is about to recover.', onReturn: 'opening fails' },
  {
    name: 'state.apply.before',
    description: 'A chunk was checked and planned, and nothing of it is written.',
    onReturn: failsCleanly,
  },
  {
    name: 'state.apply.after',
    description: 'A chunk is on the medium and can be read, and nobody was told.',
    onReturn: 'it is reported as failed although it is there: the state machine has failed',
  },
  { name: 'state.collect', description: 'Expired rows are about to be removed.', onReturn: failsCleanly },
  {
    name: 'state.snapshot.begin',
    description: 'A snapshot is about to be made.',
    onReturn: 'the snapshot fails, and nothing of it is left',
  },
  {
    name: 'state.snapshot.written',
    description: 'The image of a snapshot and its manifest are written, and nothing of it is published.',
    onReturn: 'the snapshot fails, and nothing of it is left',
  },
  {
    name: 'state.install.block',
    description: 'A block of a snapshot was checked, and is about to be written.',
    onReturn: 'the block is not there',
  },
  {
    name: 'state.install.verify',
    description: 'All blocks are there, and are about to be verified.',
    onReturn: installStays,
  },
  {
    name: 'state.install.build',
    description: 'All blocks were verified, and a new state is about to be built of them.',
    onReturn: installStays,
  },
  {
    name: 'state.install.publish',
    description:
      'The new state is complete and durable, its snapshot published, and it is about to be put in use.',
    onReturn: installStays,
  },
  {
    name: 'state.reset.publish',
    description: 'An empty state is complete and durable, and is about to be put in use.',
    onReturn: failsCleanly,
  },
]
