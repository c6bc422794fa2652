import { whyNotStartable } from '../../launch/preflight.ts';
import { readSettings } from '../../settings/read.ts';
import { recoveryCommandOf } from '../../settings/recovery.ts';
import { cleanEnvironment } from '../../system/command/clean-environment.ts';
import { recoverySpec } from '../supervise/recovery-spec.ts';
import { type Finding, fail, ok, warn } from './finding.ts';

/** Whether there is an agent that mends what was handed off, and whether it could be started here. */
export function checkRecovery(env: NodeJS.ProcessEnv): Finding[] {
  const { settings } = readSettings(env);
  const command = recoveryCommandOf(settings);
  if (command === null) return [ok('recovery', 'no agent mends what was handed off (DOGWATCH_RECOVERY_COMMAND): a person is told')];
  const limits = { timeoutMs: settings.recoveryTimeoutMs, most: settings.maxRecoveries };
  const spec = recoverySpec(command, limits, cleanEnvironment(env), 'doctor');
  if ('problem' in spec) return [fail('recovery', `${command}: ${spec.problem}`, 'correct DOGWATCH_RECOVERY_COMMAND')];
  const [program = ''] = spec.command;
  // Where a relative path leads depends on the directory of the run.
  const isRelative = program.includes('/') && !program.startsWith('/');
  const problem = isRelative ? null : whyNotStartable([program], '/', env.PATH ?? '');
  if (problem !== null && program.startsWith('/'))
    return [fail('recovery', `it can't be started: ${problem}`, 'correct DOGWATCH_RECOVERY_COMMAND')];
  if (problem !== null)
    return [
      warn(
        'recovery',
        `it can't be started from here: ${problem}`,
        `what counts is the PATH of the run; \`dogwatch supervise --dry-run\` says whether it can be started there`,
      ),
    ];
  return [ok('recovery', `${command} (${spec.agent}), started by \`dogwatch supervise\``)];
}
