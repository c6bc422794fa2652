import type { Interpreter } from '../agents/contract/agent.ts';
import type { LogCursor } from '../core/model/facts.ts';
import type { Amounts } from '../core/spend/amount.ts';
import { type AttemptSpend, spentMore } from '../core/spend/attempt.ts';
import type { Rates } from '../core/spend/rates.ts';
import { readLog } from '../logs/file.ts';
import { withMoney } from './priced.ts';

/** A longer log is read to this end only: at most 2 MiB each. */
const MOST_READS = 128;

/** Whose log it is, and how its tokens are priced. */
interface Spender {
  readonly interpreter: Interpreter;
  readonly model: string | null;
  readonly rates: Rates;
}

/** What a process that has ended used, by its log, or null if that does not say. */
export function spentBy(path: string, { interpreter, model, rates }: Spender): Amounts | null {
  let spend: AttemptSpend | undefined;
  let cursor: LogCursor | null = null;
  for (let reads = 0; reads < MOST_READS; reads++) {
    const read = readLog(path, cursor, true);
    if (read.kind !== 'read') break;
    for (const signal of interpreter.read(read.lines)) {
      const usage = withMoney(signal, model, rates);
      if (usage.kind === 'usage') spend = spentMore(spend, usage, null, 0);
    }
    if (!read.more) break;
    cursor = read.cursor;
  }
  return spend?.amounts ?? null;
}
