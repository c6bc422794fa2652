import { randomBytes, randomUUID } from 'node:crypto';
import type { RecoverySpec } from '../core/recovery-types.ts';
import type { Run } from '../core/run.ts';
import { recoveryCommandOf } from '../settings/recovery-settings.ts';
import type { Settings } from '../settings/settings.ts';
import { readEnvironment } from '../store/environment.ts';
import type { Layout } from '../store/layout.ts';
import { submit } from './client.ts';
import { recoverySpec } from './recovery-spec.ts';

/** Has the watchdog start a recovery agent, and does not wait for it; where none is configured, the run is for a person. */
export async function recoverRun({ id, name, spec }: Run, layout: Layout, settings: Settings): Promise<string> {
  const command = recoveryCommandOf(settings);
  if (command === null)
    return `no recovery agent is configured (DOGWATCH_RECOVERY_COMMAND): a person is needed. \`dogwatch explain ${name}\` says why`;
  try {
    const limits = { timeoutMs: settings.recoveryTimeoutMs, most: settings.maxRecoveries };
    const recovery = recoverySpec(command, limits, readEnvironment(layout, spec.environmentFile), randomBytes(8).toString('hex'));
    if ('problem' in recovery) return `the recovery agent can't be started: ${recovery.problem}`;
    return await ask(layout, id, recovery);
  } catch (error) {
    return `the recovery agent can't be asked for: ${error instanceof Error ? error.message : error}`;
  }
}

async function ask(layout: Layout, run: string, recovery: RecoverySpec): Promise<string> {
  const { accepted, message } = await submit(layout, { id: randomUUID(), kind: 'operator', run, command: { kind: 'recover', recovery } });
  return accepted ? message : `no recovery agent is started: ${message}`;
}
