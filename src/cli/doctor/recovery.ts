import { whyNotStartable } from '../../launch/preflight.ts';
import { readSettings } from '../../settings/read.ts';
import { recoveryCommandOf } from '../../settings/recovery.ts';
import { cleanEnvironment } from '../../system/command/clean-environment.ts';
import { recoverySpec } from '../supervise/recovery-spec.ts';
import { type Finding, fail, ok, warn } from './finding.ts';

/** Checks whether a recovery agent is configured, and whether it could be started here. */
export function checkRecovery(env: NodeJS.ProcessEnv): Finding[] {
  const { settings } = readSettings(env);
  const command = recoveryCommandOf(settings);
  if (command === null)
    return [ok('recovery', 'no recovery agent is configured (DOGWATCH_RECOVERY_COMMAND): a person is notified of handed-off runs')];
  const limits = { timeoutMs: settings.recoveryTimeoutMs, most: settings.maxRecoveries };
  const spec = recoverySpec(command, limits, cleanEnvironment(env), 'doctor');
  if ('problem' in spec) return [fail('recovery', `${command}: ${spec.problem}`, 'correct DOGWATCH_RECOVERY_COMMAND')];
  const [program = ''] = spec.command;
  // What a relative path points to depends on the directory of the run.
  const isRelative = program.includes('/') && !program.startsWith('/');
  const problem = isRelative ? null : whyNotStartable([program], '/', env.PATH ?? '');
  if (problem !== null && program.startsWith('/'))
    return [fail('recovery', `it cannot be started: ${problem}`, 'correct DOGWATCH_RECOVERY_COMMAND')];
  if (problem !== null)
    return [
      warn(
        'recovery',
        `it cannot be started from here: ${problem}`,
        `the PATH of the run decides; \`dogwatch supervise --dry-run\` says whether it can be started there`,
      ),
    ];
  return [ok('recovery', `${command} (${spec.agent}), started by \`dogwatch supervise\``)];
}
