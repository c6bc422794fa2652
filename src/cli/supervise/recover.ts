import { randomBytes, randomUUID } from 'node:crypto';
import type { Command } from '../../core/model/facts.ts';
import type { RecoverySpec } from '../../core/model/recovery.ts';
import type { Run } from '../../core/model/run.ts';
import { errorMessage } from '../../core/values/error-message.ts';
import { searchPath } from '../../launch/environment.ts';
import { whyNotStartable } from '../../launch/preflight.ts';
import { recoveryCommandOf } from '../../settings/recovery.ts';
import type { Settings } from '../../settings/settings.ts';
import type { Layout } from '../../store/directory/layout.ts';
import { readEnvironment } from '../../store/environment.ts';
import { submit } from '../client/submit.ts';
import { recoverySpec } from './recovery-spec.ts';

/**
 * Asks the watchdog to start a recovery agent without waiting for it, or if none can be started, to
 * escalate the run to a person. Returns a sentence about the result.
 */
export async function recoverRun(run: Run, layout: Layout, settings: Settings): Promise<string> {
  const planned = plan(run, layout, settings);
  if (planned === null)
    return `no recovery agent is configured (DOGWATCH_RECOVERY_COMMAND): a person is needed. \`dogwatch explain ${run.name}\` says why`;
  try {
    if ('problem' in planned) return await ask(layout, run.id, { kind: 'no-recovery', because: planned.problem });
    return await ask(layout, run.id, { kind: 'recover', recovery: planned });
  } catch (error) {
    return `cannot request a recovery agent: ${errorMessage(error)}`;
  }
}

/**
 * Returns why a run's recovery agent cannot be started, or null if it can be or none is configured.
 */
export function whyNoRecovery(run: Run, layout: Layout, settings: Settings): string | null {
  const planned = plan(run, layout, settings);
  return planned !== null && 'problem' in planned ? planned.problem : null;
}

/**
 * Returns the recovery agent to start, or why it cannot be started, or null if none is configured.
 */
function plan({ spec }: Run, layout: Layout, settings: Settings): RecoverySpec | { readonly problem: string } | null {
  const command = recoveryCommandOf(settings);
  if (command === null) return null;
  const limits = { timeoutMs: settings.recoveryTimeoutMs, most: settings.maxRecoveries };
  try {
    const environment = readEnvironment(layout, spec.environmentFile);
    const recovery = recoverySpec(command, limits, environment, randomBytes(8).toString('hex'));
    if ('problem' in recovery) return recovery;
    const problem = whyNotStartable(recovery.command, spec.cwd, searchPath(environment, layout.bin));
    return problem === null ? recovery : { problem };
  } catch (error) {
    return { problem: errorMessage(error) };
  }
}

async function ask(layout: Layout, run: string, command: Command): Promise<string> {
  const { accepted, message } = await submit(layout, { id: randomUUID(), kind: 'operator', run, command });
  return accepted ? message : `no recovery agent was started: ${message}`;
}
