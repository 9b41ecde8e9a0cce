// Pure: what was promised of the state machines, and whether the figures keep it.

const applyRatioMax = 1.3
const copyRatioMin = 0.5
const delayMsMax = 50
/** A heap's young generation, what is on its way to the disk, and what the collector has not taken back. */
const grownMebibytesMax = 128

/** Of the state machines alone. */
export function judgeApply({ name, chunk, ratio }) {
  if (!name.endsWith('StateMachine')) return []
  return [
    {
      target: `${name}: a chunk of ${chunk} within ${applyRatioMax} times raw lmdb`,
      measured: `${ratio.toFixed(2)} times`,
      isMet: ratio <= applyRatioMax,
    },
  ]
}

/** `copyRatio` is absent where nothing is copied; memory is what a state in memory needs. */
export function judgeSnapshots({ name, step, valueBytes, delayMs, grownBytes, copyRatio }) {
  const what = `${name}, values of ${valueBytes}: ${step}`
  const grownMebibytes = grownBytes / 2 ** 20
  const judged = [
    {
      target: `${what} holds the event loop for ${delayMsMax} ms at most`,
      measured: `${delayMs.toFixed(0)} ms`,
      isMet: delayMs <= delayMsMax,
    },
  ]
  if (name.startsWith('Lmdb'))
    judged.push({
      target: `${what} takes no memory that grows with the state: ${grownMebibytesMax} MiB at most`,
      measured: `${grownMebibytes.toFixed(0)} MiB`,
      isMet: grownMebibytes <= grownMebibytesMax,
    })
  if (step === 'create, native')
    judged.push({
      target: `${what} at ${copyRatioMin} of a plain copy or more`,
      measured: copyRatio.toFixed(2),
      isMet: copyRatio >= copyRatioMin,
    })
  return judged
}
