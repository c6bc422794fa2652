import { readSettings } from '../settings/read-settings.ts';
import { recoveryCommandOf } from '../settings/recovery-settings.ts';
import { cleanEnvironment } from '../system/clean-environment.ts';
import { findOnPath, isProgram } from '../system/find-on-path.ts';
import { type Finding, fail, ok, warn } from './finding.ts';
import { recoverySpec } from './recovery-spec.ts';

/** Whether there is an agent that mends what was handed off, and whether it could be started here. */
export function checkRecovery(env: NodeJS.ProcessEnv): Finding[] {
  const { settings } = readSettings(env);
  const command = recoveryCommandOf(settings);
  if (command === null) return [ok('recovery', 'no agent mends what was handed off (DOGWATCH_RECOVERY_COMMAND): a person is told')];
  const limits = { timeoutMs: settings.recoveryTimeoutMs, most: settings.maxRecoveries };
  const spec = recoverySpec(command, limits, cleanEnvironment(env), 'doctor');
  if ('problem' in spec) return [fail('recovery', `${command}: ${spec.problem}`, 'correct DOGWATCH_RECOVERY_COMMAND')];
  const [program = ''] = spec.command;
  const isThere = program.startsWith('/') ? isProgram(program) : program.includes('/') || findOnPath(program, env.PATH ?? '') !== null;
  if (!isThere) return [warn('recovery', `${program} is not on the PATH`, 'install it; it is looked up in the PATH of the run')];
  return [ok('recovery', `${command} (${spec.agent}), started by \`dogwatch supervise\``)];
}
