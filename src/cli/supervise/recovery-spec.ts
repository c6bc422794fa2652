import { plainWords } from '../../agents/command/plain-words.ts';
import { agentFor, recognise } from '../../agents/registry.ts';
import type { RecoverySpec } from '../../core/model/recovery.ts';
import { fileState } from '../../system/disk/file-state.ts';

type Asked = Omit<RecoverySpec, 'agent' | 'command' | 'account' | 'model' | 'credentials'>;

/**
 * Turns the operator's recovery command into a recovery agent that runs with the variables of the
 * run. `unique` is a short random string. Returns a problem if the agent cannot run unattended.
 */
export function recoverySpec(
  command: string,
  limits: Asked,
  environment: Readonly<Record<string, string>>,
  unique: string,
): RecoverySpec | { readonly problem: string } {
  const argv = plainWords(command) ?? ['/bin/sh', '-c', command];
  const agent = recognise(argv);
  const module = agentFor(agent);
  const prepared = module.prepare(argv, unique);
  if ('problem' in prepared) return prepared;
  const credentials = module.credentialFiles(argv, environment).map((path) => fileState(path) ?? 'absent');
  return { ...limits, agent, command: prepared.command, ...module.account(argv, environment), credentials: credentials.join(' ') };
}
