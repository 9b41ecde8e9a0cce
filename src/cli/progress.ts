/** How far a run is, on standard error: a bar on a terminal, a line now and then elsewhere. */
import { SingleBar } from 'cli-progress'

export interface Progress {
  /** `note` says more than the numbers. What is planned may have grown. */
  update(done: number, planned: number, note: string): void
  stop(): void
}

/** A run without a terminal is given about so many lines, */
const linesWanted = 10
/** and one after so much at the latest: whoever watches wants to see that it goes on. */
const stepMax = 50

export function startProgress(title: string, planned: number): Progress {
  return process.stderr.isTTY ? startBar(title, planned) : startLines(title, planned)
}

function startBar(title: string, planned: number): Progress {
  const bar = new SingleBar({
    format: `${title.padEnd(8)} [{bar}] {value}/{total}  {note}`,
    barCompleteChar: '#',
    barIncompleteChar: '-',
    hideCursor: true,
    stream: process.stderr,
    // The process has its own handlers of signals, which stop the bar.
    gracefulExit: false,
  })
  bar.start(planned, 0, { note: '' })
  return {
    update: (done, total, note) => {
      bar.setTotal(total)
      bar.update(done, { note })
    },
    stop: () => bar.stop(),
  }
}

function startLines(title: string, planned: number): Progress {
  const step = Math.min(stepMax, Math.max(1, Math.ceil(planned / linesWanted)))
  let printed = 0
  return {
    update: (done, total, note) => {
      if (done < printed + step && done !== total) return
      printed = done
      process.stderr.write(`${title}: ${done} of ${total}${note === '' ? '' : `, ${note}`}\n`)
    },
    stop: () => undefined,
  }
}
