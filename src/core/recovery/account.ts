import type { AccountHold } from '../account/hold.ts';
import { credentials, type Ledger, reported } from '../account/ledger.ts';
import type { Observation } from '../model/facts.ts';
import type { Run } from '../model/run.ts';
import { asker } from './lifecycle.ts';

/** The account that the run's recovery agent uses or will use, or null if it has none. */
export const recoveryAccount = (run: Run | null, seen: Observation): string | null =>
  seen.kind === 'operator.requested' && seen.command.kind === 'recover'
    ? seen.command.recovery.account
    : (run?.recovery?.spec.account ?? null);

/**
 * What an observation says about that account: changed credentials, and what refused the recovery
 * agent. `run` is the run before it.
 */
export function evolveRecoveryAccount(holds: readonly AccountHold[], run: Run, seen: Observation): Ledger {
  const ledger: Ledger = { holds, notes: [] };
  if (seen.kind === 'operator.requested' && seen.command.kind === 'recover') {
    const { recovery } = seen.command;
    return credentials(ledger, asker(run, recovery), { at: seen.at, fingerprint: recovery.credentials });
  }
  const { recovery, pending } = run;
  if (seen.kind !== 'action.settled' || seen.action !== pending?.id || recovery === null) return ledger;
  if (seen.outcome.kind !== 'recovery-ended' || seen.outcome.refused === null) return ledger;
  const who = asker(run, recovery.spec);
  return credentials(reported(ledger, who, seen.outcome.refused, seen), who, { at: seen.at, fingerprint: recovery.spec.credentials });
}
