/** Standard output is the report's: what an adapter prints goes to standard error, where people look for it. */
export async function keepStdout<T>(body: () => Promise<T>): Promise<T> {
  const { stdout, stderr } = process
  const { write } = stdout
  stdout.write = stderr.write.bind(stderr)
  try {
    return await body()
  } finally {
    stdout.write = write
  }
}
