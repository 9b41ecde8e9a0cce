/** How storage behind the line protocol is closed, or given up: with its process. */
import type { CommandName } from './commands.ts'
import type { Connection } from './connection.ts'

export interface LineEnding {
  isClosed(): boolean
  close(): Promise<void>
  abandon(): Promise<void>
}

export function endingOf(connection: Connection): LineEnding {
  let isClosed = false
  return {
    isClosed: () => isClosed,
    close: async () => {
      if (isClosed) return
      try {
        await connection.ask('close')
        isClosed = true
        await connection.stop()
      } finally {
        isClosed = true
        await connection.kill()
      }
    },
    abandon: async () => {
      isClosed = true
      await connection.kill()
    },
  }
}

/** There is no process any more that could say it itself. */
export function closedError(command: CommandName): Error {
  return Object.assign(new Error(`The storage is closed, and ${command} was called`), {
    name: 'LogClosedError',
    definite: true,
  })
}
