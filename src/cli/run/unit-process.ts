import { isBooted, properties } from '../../system/systemd/systemctl.ts';
import type { TransientUnit } from '../../system/systemd/transient-unit.ts';
import { EXIT_UNAVAILABLE, EXIT_USAGE, Problem } from '../terminal/problem.ts';
import { unitOf } from './unit-argument.ts';

/**
 * Returns the main process of a unit (`user:NAME` for one of the user's own manager). Throws a
 * Problem.
 */
export function mainProcess(text: string): { readonly pid: number; readonly unit: TransientUnit } {
  const unit = unitOf('--unit', text);
  if (!isBooted()) throw new Problem(EXIT_UNAVAILABLE, '--unit cannot be looked up', { got: 'this machine was not booted with systemd' });
  const manager = unit.isUsers ? 'user' : 'system';
  const known = properties(manager, unit.name, ['ActiveState', 'MainPID', 'Restart']);
  const pid = Number(known.get('MainPID') ?? 0);
  if (pid === 0)
    throw new Problem(EXIT_USAGE, `the unit ${text} cannot be adopted`, {
      expected: 'a service with a living main process',
      got: `a unit that is ${known.get('ActiveState') ?? 'not known'}`,
      hint: `see \`systemctl${unit.isUsers ? ' --user' : ''} status ${unit.name}\``,
    });
  const restart = known.get('Restart') ?? 'no';
  if (restart !== 'no')
    throw new Problem(EXIT_USAGE, `the unit ${text} cannot be adopted`, {
      expected: 'Restart=no: if both systemd and dogwatch restart it, they corrupt its session',
      got: `Restart=${restart}: systemd restarts it itself`,
      hint: `\`systemctl${unit.isUsers ? ' --user' : ''} edit ${unit.name}\`: [Service] Restart=no`,
    });
  return { pid, unit: { manager, name: unit.name } };
}
