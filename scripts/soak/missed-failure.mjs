/** A write that had to fail did not. */
export class MissedFailureError extends Error {
  constructor(code) {
    super(`A write that had to fail with ${code} succeeded`)
    this.name = 'MissedFailureError'
  }
}
