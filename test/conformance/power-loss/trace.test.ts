import { expect, test } from 'vitest'
import { CallAssembler } from '../../../src/conformance/power-loss/trace/call-assembler.ts'
import { Interpreter } from '../../../src/conformance/power-loss/trace/interpreter.ts'
import { hex, recordedOf, textsOf, traceLine } from './traced.ts'

const created = 'openat(AT_FDCWD</work>, "/r/a", O_RDWR|O_CREAT|O_CLOEXEC, 0644) = 5</r/a>'
const other = 'openat(AT_FDCWD</work>, "/r/b", O_RDWR|O_CREAT, 0644) = 6</r/b>'

test('a file that is opened with O_CREAT is created once', () => {
  expect(textsOf([created, 'close(5</r/a>) = 0', created])).toEqual(['create a'])
})

test('what is known already keeps its number, under all of its names, and new files get higher ones', () => {
  const interpreter = new Interpreter({ root: '/r', directory: '/work', volatileFiles: [] })
  const bytes = Buffer.from('abc')
  const parts = [
    { path: 'a', bytes, node: 3 },
    { path: 'd', bytes: undefined, node: 5 },
    { path: 'd/a', bytes, node: 3 },
  ]
  interpreter.know({ image: { parts, hash: '' }, nodeCount: 9 })
  const lines = [
    'openat(AT_FDCWD</work>, "/r/d/a", O_RDWR|O_APPEND, 0644) = 5</r/d/a>',
    'write(5</r/d/a>, "de", 2) = 2',
    'openat(AT_FDCWD</work>, "/r/d/new", O_RDWR|O_CREAT, 0644) = 6</r/d/new>',
  ]
  const calls = new CallAssembler()
  const events = lines.flatMap((line) => interpreter.take(calls.take(traceLine(`1 ${line}`), 0) ?? fail()))
  expect(events).toEqual([
    expect.objectContaining({ kind: 'write', node: 3, offset: 3 }),
    expect.objectContaining({ kind: 'create', directory: 5, name: 'new', node: 9 }),
  ])
})

function fail(): never {
  throw new Error('The line is no call')
}

test('calls that failed, and calls about other files, are no events', () => {
  const lines = [
    'openat(AT_FDCWD</work>, "/r/a", O_RDWR|O_CREAT, 0644) = -1 ENOSPC (No space left on device)',
    'openat(AT_FDCWD</work>, "/other/a", O_RDWR|O_CREAT, 0644) = 5</other/a>',
    'pwrite64(5</other/a>, "abc", 3, 0) = 3',
    'mkdir("/rest", 0777) = 0',
  ]
  expect(textsOf(lines)).toEqual([])
})

test('write() continues at the position that write, lseek and read leave', () => {
  const lines = [
    created,
    'write(5</r/a>, "abc", 3) = 3',
    'write(5</r/a>, "de", 2) = 2',
    'lseek(5</r/a>, 1, SEEK_SET) = 1',
    'read(0x5, 0x7f00, 0x2) = 0x2',
    'write(5</r/a>, "f", 1) = 1',
  ]
  expect(textsOf(lines)).toEqual([
    'create a',
    'write a, 3 bytes at 0',
    'write a, 2 bytes at 3',
    'write a, 1 bytes at 3',
  ])
})

test('a write that came back short holds only what was written', () => {
  const [, event] = recordedOf([created, 'pwrite64(5</r/a>, "abcdef", 6, 10) = 4'])
  expect(event).toMatchObject({ kind: 'write', offset: 10, bytes: Buffer.from('abcd') })
})

test('O_APPEND writes at the end, whatever the position is', () => {
  const open = 'openat(AT_FDCWD</work>, "/r/a", O_WRONLY|O_APPEND) = 6</r/a>'
  const lines = [created, 'pwrite64(5</r/a>, "abc", 3, 7) = 3', open, 'write(6</r/a>, "d", 1) = 1']
  expect(textsOf(lines).at(-1)).toBe('write a, 1 bytes at 10')
})

test('the parts of a vector are one write, with its own offset or at the position', () => {
  const vector = '[{iov_base="abc", iov_len=3}, {iov_base="de", iov_len=2}]'
  const events = recordedOf([
    created,
    `writev(5</r/a>, ${vector}, 2) = 5`,
    `pwritev(5</r/a>, ${vector}, 2, 100) = 5`,
    `pwritev2(5</r/a>, ${vector}, 2, 200, RWF_DSYNC) = 5`,
  ])
  expect(events.slice(1)).toMatchObject([
    { offset: 0, bytes: Buffer.from('abcde'), isSynced: false },
    { offset: 100, isSynced: false },
    { offset: 200, isSynced: true },
  ])
})

test.each(['O_DSYNC', 'O_SYNC', 'O_WRONLY|O_DSYNC|O_CLOEXEC'])('a write through %s is synced', (flags) => {
  const open = `openat(AT_FDCWD</work>, "/r/a", ${flags}) = 6</r/a>`
  const event = recordedOf([created, open, 'pwrite64(6</r/a>, "a", 1, 0) = 1']).at(-1)
  expect(event).toMatchObject({ kind: 'write', isSynced: true })
})

test('O_TRUNC and ftruncate change the size, and O_TRUNC of an empty file nothing', () => {
  const truncate = 'openat(AT_FDCWD</work>, "/r/a", O_WRONLY|O_CREAT|O_TRUNC, 0644) = 6</r/a>'
  const lines = [created, truncate, 'ftruncate(5</r/a>, 9) = 0', truncate, 'truncate("/r/a", 3) = 0']
  expect(textsOf(lines).slice(1)).toEqual([
    'ftruncate a to 9 bytes',
    'openat a to 0 bytes',
    'truncate a to 3 bytes',
  ])
})

test('fallocate makes a file longer, unless it keeps the size, and zeroes what is there', () => {
  const lines = [
    created,
    'fallocate(5</r/a>, 0, 0, 4096) = 0',
    'fallocate(5</r/a>, FALLOC_FL_KEEP_SIZE, 0, 9999) = 0',
    'fallocate(5</r/a>, FALLOC_FL_KEEP_SIZE|FALLOC_FL_PUNCH_HOLE, 4000, 4096) = 0',
  ]
  expect(textsOf(lines).slice(1)).toEqual(['fallocate a to 4096 bytes', 'fallocate a, 96 zeroes at 4000'])
})

test('duplicates of a descriptor share its position', () => {
  const lines = [
    created,
    'fcntl(5</r/a>, F_DUPFD_CLOEXEC, 10) = 10</r/a>',
    'write(10</r/a>, "abc", 3) = 3',
    'dup2(5</r/a>, 6) = 6</r/a>',
    'close(5</r/a>) = 0',
    'write(6</r/a>, "d", 1) = 1',
  ]
  expect(textsOf(lines).at(-1)).toBe('write a, 1 bytes at 3')
})

test('threads share descriptors, and a child process has its own copies', () => {
  const lines = [
    created,
    'clone3({flags=CLONE_VM|CLONE_FILES|CLONE_THREAD, stack=0x7f}, 88) = 2',
    '2 write(5</r/a>, "abc", 3) = 3',
    'clone(child_stack=NULL, flags=CLONE_CHILD_SETTID|SIGCHLD) = 3',
    '3 close(5</r/a>) = 0',
    '3 write(5</r/a>, "lost", 4) = 4',
    'write(5</r/a>, "d", 1) = 1',
  ]
  expect(textsOf(lines)).toEqual(['create a', 'write a, 3 bytes at 0', 'write a, 1 bytes at 3'])
})

test('descriptors with O_CLOEXEC are gone after exec', () => {
  const lines = [created, 'execve("/bin/x", ["x"], 0x7f /* 1 vars */) = 0', 'write(5</r/a>, "a", 1) = 1']
  expect(textsOf(lines)).toEqual(['create a'])
})

test('calls that other threads cut in two are put together, in the order in which they end', () => {
  const lines = [
    created,
    '1 pwrite64(5</r/a>, "abc", 3, 0 <unfinished ...>',
    '2 fdatasync(5</r/a> <unfinished ...>',
    '3 pwrite64(5</r/a>, "d", 1, 9) = 1',
    '1 <... pwrite64 resumed>) = 3',
    '2 <... fdatasync resumed>) = 0',
  ]
  expect(textsOf(lines)).toEqual([
    'create a',
    'pwrite64 a, 1 bytes at 9',
    'pwrite64 a, 3 bytes at 0',
    'fdatasync a',
  ])
})

test('a sync tells how much had happened when it began', () => {
  const lines = [
    created,
    '2 fdatasync(5</r/a> <unfinished ...>',
    '3 pwrite64(5</r/a>, "d", 1, 9) = 1',
    '2 <... fdatasync resumed>) = 0',
  ]
  expect(recordedOf(lines).at(-1)).toMatchObject({ kind: 'sync', isDataOnly: true, begunAfter: 1 })
})

test('a descriptor is free as soon as its close begins', () => {
  const lines = [
    created,
    '1 close(5</r/a> <unfinished ...>',
    '2 openat(AT_FDCWD</work>, "/r/b", O_RDWR|O_CREAT, 0644) = 5</r/b>',
    '1 <... close resumed>) = 0',
    '2 write(5</r/b>, "b", 1) = 1',
  ]
  expect(textsOf(lines)).toEqual(['create a', 'create b', 'write b, 1 bytes at 0'])
})

test('names are made, renamed and removed, seen from any directory', () => {
  const lines = [
    'mkdir("/r/d", 0777) = 0',
    'chdir("/r/d") = 0',
    'openat(AT_FDCWD</r/d>, "x", O_RDWR|O_CREAT, 0644) = 5</r/d/x>',
    'rename("x", "../y") = 0',
    'openat(AT_FDCWD</work>, "/r/d", O_RDONLY|O_DIRECTORY) = 6</r/d>',
    'linkat(AT_FDCWD</r/d>, "/r/y", 6</r/d>, "z", 0) = 0',
    'unlinkat(6</r/d>, "z", 0) = 0',
    'fsync(6</r/d>) = 0',
    'rmdir("/r/d") = 0',
    'write(5</r/y>, "a", 1) = 1',
  ]
  expect(textsOf(lines)).toEqual([
    'mkdir d',
    'create d/x',
    'rename d/x to y',
    'linkat y as z',
    'unlinkat y',
    'fsync d',
    'rmdir d',
    'write y, 1 bytes at 0',
  ])
})

test('a rename tells whether something had the name', () => {
  const events = recordedOf([created, 'rename("/r/a", "/r/c") = 0', other, 'rename("/r/c", "/r/b") = 0'])
  expect(events.filter(({ kind }) => kind === 'rename')).toMatchObject([
    { name: 'c', isReplacing: false },
    { name: 'b', isReplacing: true },
  ])
})

test('what the workload says is heard, also in pieces', () => {
  const say = (text: string): string =>
    `write(3<socket:[1]>, "${hex(text)}", ${text.length}) = ${text.length}`
  expect(recordedOf([say('{"kind":"op'), say('ened"}\n{"kind"')])).toEqual([
    { kind: 'line', line: { kind: 'opened' } },
  ])
})

test.each([
  [
    'a shared mapping that is writable',
    'mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_SHARED, 5</r/a>, 0) = 0x7f00',
    /^map a shared and writable/,
  ],
  [
    'an exchange of names',
    'renameat2(AT_FDCWD</work>, "/r/a", AT_FDCWD</work>, "/r/b", RENAME_EXCHANGE) = 0',
    /exchange/,
  ],
  [
    'a copy within the kernel of a file from elsewhere',
    'copy_file_range(9</other/b>, [0], 5</r/a>, NULL, 10, 0) = 10',
    /^copy into a within the kernel \(copy_file_range\) a file that is not recorded/,
  ],
  ['what comes out of a pipe', 'splice(9<pipe:[1]>, NULL, 5</r/a>, NULL, 10, 0) = 10', /\(splice\)$/],
  [
    'a part of a file that is shared',
    'ioctl(5</r/a>, BTRFS_IOC_CLONE_RANGE or FICLONERANGE, {src_fd=9, src_offset=0}) = 0',
    /^copy into a within the kernel/,
  ],
  ['io_uring', 'io_uring_enter(9, 1, 0, 0, NULL, 8) = 1', /^write through io_uring/],
  ['a symbolic link', 'symlink("/etc", "/r/s") = 0', /^make s with symlink/],
  ['a write that the recording has cut short', 'pwrite64(5</r/a>, "ab"..., 9, 0) = 9', /^write more at once/],
  ['a file from elsewhere', 'rename("/elsewhere/x", "/r/a") = 0', /^move something/],
  ['a strange fallocate', 'fallocate(5</r/a>, FALLOC_FL_COLLAPSE_RANGE, 0, 4096) = 0', /^fallocate a/],
])('cannot judge: %s', (_, line, why) => {
  const events = recordedOf([created, line])
  expect(events).toContainEqual({ kind: 'cannot-judge', why: expect.stringMatching(why) })
})

const filled = [created, 'write(5</r/a>, "abcdef", 6) = 6', other]

test.each([
  ['copy_file_range(5</r/a>, [2], 6</r/b>, NULL, 9, 0) = 4', { sourceOffset: 2, offset: 0, length: 4 }],
  ['copy_file_range(5</r/a>, [1], 6</r/b>, [3], 2, 0) = 2', { sourceOffset: 1, offset: 3, length: 2 }],
  ['sendfile(6</r/b>, 5</r/a>, [1] => [3], 2) = 2', { sourceOffset: 1, offset: 0, length: 2 }],
  ['sendfile(6</r/b>, 5</r/a>, NULL, 2) = 0', undefined],
  [
    'ioctl(6</r/b>, BTRFS_IOC_CLONE or FICLONE, 5) = 0',
    { sourceOffset: 0, offset: 0, length: 6, isSynced: false },
  ],
])('a copy within the kernel is one of what its source holds: %s', (line, copied) => {
  const events = recordedOf([...filled, line])
  const [a, b] = events.flatMap((event) => (event.kind === 'create' ? event.node : []))
  const copies = events.filter(({ kind }) => kind === 'copy' || kind === 'cannot-judge')
  expect(copies).toEqual(
    copied === undefined ? [] : [expect.objectContaining({ kind: 'copy', node: b, source: a, ...copied })],
  )
})

test('copies without offsets of their own go on where the last one ended, in both files', () => {
  const rewound = 'lseek(5</r/a>, 0, SEEK_SET) = 0'
  const copy = 'copy_file_range(5</r/a>, NULL, 6</r/b>, NULL, 3, 0) = 3'
  const events = recordedOf([...filled, rewound, copy, copy, 'write(6</r/b>, "x", 1) = 1'])
  expect(events.slice(-3)).toMatchObject([
    { kind: 'copy', sourceOffset: 0, offset: 0 },
    { kind: 'copy', sourceOffset: 3, offset: 3 },
    { kind: 'write', offset: 6 },
  ])
})

test('a mapping for reading is fine until its memory is made writable', () => {
  const map = 'mmap(NULL, 8192, PROT_READ, MAP_SHARED, 5</r/a>, 0) = 0x10000'
  const elsewhere = 'mprotect(0x20000, 4096, PROT_READ|PROT_WRITE) = 0'
  const inside = 'mprotect(0x11000, 4096, PROT_READ|PROT_WRITE) = 0'
  expect(textsOf([created, map, elsewhere])).toEqual(['create a'])
  expect(textsOf([created, map, inside]).at(-1)).toMatch(/^cannot judge: map a/)
  expect(textsOf([created, map, 'munmap(0x10000, 8192) = 0', inside])).toEqual(['create a'])
})

test('a private mapping is of no concern', () => {
  const map = 'mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_PRIVATE, 5</r/a>, 0) = 0x7f00'
  expect(textsOf([created, map])).toEqual(['create a'])
})

test('nothing of a volatile file counts, also when it is mapped', () => {
  const lines = [
    'openat(AT_FDCWD</work>, "/r/lock.mdb", O_RDWR|O_CREAT, 0644) = 5</r/lock.mdb>',
    'ftruncate(5</r/lock.mdb>, 8192) = 0',
    'mmap(NULL, 8192, PROT_READ|PROT_WRITE, MAP_SHARED, 5</r/lock.mdb>, 0) = 0x7f00',
    'write(5</r/lock.mdb>, "a", 1) = 1',
    'fsync(5</r/lock.mdb>) = 0',
    'unlink("/r/lock.mdb") = 0',
  ]
  expect(textsOf(lines, ['lock.mdb'])).toEqual([])
})
