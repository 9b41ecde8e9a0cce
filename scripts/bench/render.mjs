// Pure: the report as text.

export function render({ machine, commits, reads, opens, trims, overheads, targets }) {
  return [
    ...renderMachine(machine),
    ...commits.flatMap(renderCommits),
    ...renderReads(reads),
    ...renderOpens(opens),
    ...renderTrims(trims),
    ...renderOverheads('on the disk', overheads.onDisk),
    ...renderOverheads('in memory, with a trim', overheads.inMemory),
    '',
    'Targets',
    ...targets.map(renderTarget),
    '',
  ].join('\n')
}

export function renderTarget({ target, measured, isMet }) {
  return `  ${isMet ? 'met   ' : 'MISSED'}  ${target}: ${measured}`
}

function renderMachine(machine) {
  const versions = Object.entries(machine.versions).map(([name, version]) => `${name} ${version}`)
  const lines = [
    `${machine.cores} cores, ${machine.cpu}, ${(machine.memoryBytes / 2 ** 30).toFixed(0)} GiB, ${machine.system}`,
    `file system ${machine.fileSystem}, node ${machine.node}, ${versions.join(', ')}`,
    `seed ${machine.seed}, load average at the start ${machine.loadAverage.join(' ')}`,
  ]
  if (machine.isInMemory)
    lines.push('WARNING: this directory is in memory, where a sync costs nothing: give --dir')
  if (machine.isQuick) lines.push('WARNING: a quick run, too short to quote')
  return lines
}

function renderCommits({ batch, times, absent }) {
  return table(
    `Durable commit of ${batch} ${batch === 1 ? 'entry' : 'entries'} of 256 bytes`,
    ['contender', 'rounds', 'p50 ms', 'p99 ms', 'x floor', 'x lmdb', 'paired'],
    [
      ...times.map((time) => [
        time.name,
        String(time.rounds),
        time.p50Ms.toFixed(3),
        time.p99Ms.toFixed(3),
        time.toFloor.toFixed(2),
        time.toLmdb.toFixed(2),
        time.toLmdbPaired.toFixed(2),
      ]),
      ...absent.map(renderAbsent),
    ],
  )
}

function renderReads({ entries, times, absent }) {
  return table(
    `Read of ${entries} entries`,
    ['contender', 'rounds', 'p50 ms', 'p99 ms', 'x lmdb'],
    [
      ...times.map((time) => [
        time.name,
        String(time.rounds),
        time.p50Ms.toFixed(3),
        time.p99Ms.toFixed(3),
        time.toLmdb.toFixed(2),
      ]),
      ...absent.map(renderAbsent),
    ],
  )
}

function renderAbsent({ name, reason }) {
  return [name, `not measured: ${reason}`]
}

function renderOpens({ short, long, ratio }) {
  const rows = [short, long].map((log) => [
    `${log.entries} entries`,
    String(log.rounds),
    log.p50Ms.toFixed(3),
    log.p99Ms.toFixed(3),
    log === long ? ratio.toFixed(2) : '1.00',
  ])
  return table('Open, in this process, warm', ['log of', 'rounds', 'p50 ms', 'p99 ms', 'ratio'], rows)
}

function renderTrims({ entries, commits, kinds }) {
  const rows = kinds.flatMap(({ verb, repeats }) =>
    repeats.map(({ trimMs, before, after }) => [
      verb,
      trimMs.toFixed(3),
      ...[before.p50Ms, after.p50Ms, before.p99Ms, after.p99Ms].map((time) => time.toFixed(3)),
      (after.p99Ms / before.p99Ms).toFixed(2),
      `${before.floorP99Ms.toFixed(3)} ${after.floorP99Ms.toFixed(3)}`,
    ]),
  )
  return table(
    `Trim of ${entries} entries, and the ${commits} commits before and after`,
    ['trim by', 'trim ms', 'p50 before', 'p50 after', 'p99 before', 'p99 after', 'p99 ratio', 'floor p99s'],
    rows,
  )
}

function renderOverheads(where, kinds) {
  const rows = kinds.map(({ name, rounds, p50Us, p99Us, differenceUs }) => [
    name,
    String(rounds),
    p50Us.toFixed(1),
    p99Us.toFixed(1),
    differenceUs.toFixed(2),
  ])
  return table(
    `Instruments, a commit of 1 ${where}`,
    ['log', 'rounds', 'p50 µs', 'p99 µs', 'difference µs'],
    rows,
  )
}

/** The first column to the left, the others to the right; a row may be short, and its last cell long. */
export function table(title, heads, rows) {
  const widths = heads.map((head, column) => {
    const cells = rows.filter((row) => row.length === heads.length).map((row) => row[column].length)
    return Math.max(head.length, ...cells)
  })
  const line = (row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column])))
      .join('  ')
  return ['', title, line(heads), widths.map((width) => '-'.repeat(width)).join('  '), ...rows.map(line)]
}
