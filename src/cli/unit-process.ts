import { type Manager, properties } from '../system/systemd.ts';
import { EXIT_USAGE, Problem } from './problem.ts';

/** What systemd.unit(5) lets a unit's name be; a leading dash would be an option of systemctl. */
const NAME = /^[A-Za-z0-9:_.\\@][A-Za-z0-9:_.\\@-]{0,254}$/;
const MANAGERS: readonly Manager[] = ['system', 'user'];

/**
 * The main process of a service that somebody else's unit has started: of the system's manager, else of the user's. The unit is only looked
 * at, never started again. One that systemd restarts by itself is refused: two that resume one session corrupt the work.
 */
export function unitProcess(name: string, show: typeof properties = properties): number {
  if (!NAME.test(name)) throw refusal(name, 'it is no name of a unit', '`systemctl list-units --type=service` lists them');
  const unit = /\.[a-z]+$/.test(name) ? name : `${name}.service`;
  for (const manager of MANAGERS) {
    const found = show(manager, unit, ['LoadState', 'MainPID', 'Restart']);
    const pid = Number(found.get('MainPID') ?? 0);
    if (found.get('LoadState') === 'not-found' || !(pid > 0)) continue;
    const restart = found.get('Restart') ?? '';
    if (restart === 'no') return pid;
    throw refusal(
      unit,
      `systemd restarts it by itself (Restart=${restart})`,
      `set Restart=no with \`systemctl --${manager} edit ${unit}\``,
    );
  }
  throw refusal(unit, 'no systemd manager knows a living main process of it', `\`systemctl status ${unit}\` shows the unit`);
}

const refusal = (unit: string, came: string, hint: string): Problem =>
  new Problem(EXIT_USAGE, `the unit ${unit} can not be adopted`, { came, hint });
