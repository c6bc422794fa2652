import type { Action, Outcome } from '../core/types.ts';
import { harmless } from '../system/harmless.ts';

/** Tells the operator: one line on the watchdog's stderr (its log, or the journal under systemd). The decision itself is in the run's history already. */
export function escalate(action: Action & { kind: 'escalate' }, name: string): Outcome {
  const whose = action.to === 'operator' ? 'needs you' : 'is handed over to the supervisor';
  process.stderr.write(`dogwatch: ${name} ${whose}: ${harmless(action.because)}\n`);
  return { kind: 'delivered' };
}
