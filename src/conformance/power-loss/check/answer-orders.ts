/**
 * The loop of a process that opens one image after the other. A store that ends this process, or never comes back, has been
 * found out: the parent knows which image it had.
 */
import { rmSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { HoldfastError } from '../../../errors.ts'
import { writeLine } from '../../kill/talk-to-parent.ts'
import { AdapterError, StoreFailure } from '../../kit/index.ts'
import type { Recovered } from '../../oracle.ts'
import { answerDescriptor, type CheckAnswer, type CheckOrder, storeFailureCode } from './protocol.ts'

/** Answers every order that comes, until there are no more. */
export async function answerOrders<R = Recovered>(
  check: (order: CheckOrder) => Promise<CheckAnswer<R>>,
): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    const order = JSON.parse(line) as CheckOrder
    const answer = await checkOrNot(order, check)
    rmSync(order.root, { recursive: true, force: true })
    writeLine(answer, answerDescriptor)
  }
}

async function checkOrNot<R>(
  order: CheckOrder,
  check: (order: CheckOrder) => Promise<CheckAnswer<R>>,
): Promise<CheckAnswer<R>> {
  try {
    return await check(order)
  } catch (error) {
    if (error instanceof AdapterError) return { kind: 'adapter', why: error.kind, error: error.message }
    throw error
  }
}

export function codeOf(error: unknown): string | undefined {
  if (error instanceof StoreFailure) return storeFailureCode
  const code = (error as { readonly code?: unknown } | undefined)?.code
  if (typeof code === 'string') return code
  // A storage of the kit whose errors have Holdfast's names need not have its codes.
  return error instanceof HoldfastError ? storeFailureCode : undefined
}
