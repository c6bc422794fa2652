import { isBooted, properties } from '../system/systemd.ts';
import { parseUnit } from '../system/unit-journal.ts';
import { EXIT_UNAVAILABLE, EXIT_USAGE, Problem } from './problem.ts';

/** The main process of a unit that somebody else has started (`user:NAME`: of the user's own manager). Throws a Problem. */
export function mainProcess(text: string): number {
  const unit = parseUnit(text);
  if (unit === null)
    throw new Problem(EXIT_USAGE, '--unit is not a unit', {
      expected: 'a name like app.service, or user:app.service',
      came: JSON.stringify(text),
    });
  if (!isBooted()) throw new Problem(EXIT_UNAVAILABLE, '--unit can not be looked up', { came: 'this machine was not booted with systemd' });
  const known = properties(unit.isUsers ? 'user' : 'system', unit.name, ['ActiveState', 'MainPID', 'Restart']);
  const pid = Number(known.get('MainPID') ?? 0);
  if (pid === 0)
    throw new Problem(EXIT_USAGE, `the unit ${text} can not be adopted`, {
      expected: 'a service with a living main process',
      came: `it is ${known.get('ActiveState') ?? 'not known'}`,
      hint: `\`systemctl${unit.isUsers ? ' --user' : ''} status ${unit.name}\` says more`,
    });
  const restart = known.get('Restart') ?? 'no';
  if (restart !== 'no')
    throw new Problem(EXIT_USAGE, `the unit ${text} can not be adopted`, {
      expected: 'Restart=no: two that resume one session spoil it',
      came: `Restart=${restart}: systemd itself starts it again`,
      hint: `\`systemctl${unit.isUsers ? ' --user' : ''} edit ${unit.name}\`: [Service] Restart=no`,
    });
  return pid;
}
