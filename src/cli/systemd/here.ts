import { type Answer, isBooted, type Manager, systemctl, systemdVersion } from '../../system/systemd/systemctl.ts';
import { EXIT_UNAVAILABLE, Problem } from '../terminal/problem.ts';

/** The systemd of this machine. */
export interface SystemdHere {
  readonly version: number | null;
  /** Whether systemd is process 1. */
  readonly isBooted: boolean;
  /** Sends a manager a trivial request, to see whether it responds. */
  readonly ask: (manager: Manager) => Pick<Answer, 'status' | 'said'>;
}

const HERE = (): SystemdHere => ({
  version: systemdVersion(),
  isBooted: isBooted(),
  ask: (manager) => systemctl(manager, ['show', '--property=Version']),
});

const OTHERWISE =
  '`dogwatch systemd print` prints the units for another machine or an image; on this one, start `dogwatch watch` with whatever starts programs at boot, and run `dogwatch supervise` hourly with cron';

/** Throws a Problem if nothing here would start the units. */
export function needsSystemd(manager: Manager, here: SystemdHere = HERE()): void {
  if (here.version === null) throw new Problem(EXIT_UNAVAILABLE, 'there is no systemd here: nothing was written', { hint: OTHERWISE });
  if (!here.isBooted)
    throw new Problem(EXIT_UNAVAILABLE, 'systemd is not running here: nothing was written', {
      expected: 'a machine that was booted with systemd',
      got: `systemctl of systemd ${here.version}, but systemd is not process 1 (a container?)`,
      hint: OTHERWISE,
    });
  const { status, said } = here.ask(manager);
  if (status === 0) return;
  throw new Problem(EXIT_UNAVAILABLE, `the ${manager} manager of systemd does not respond: nothing was written`, {
    got: said === '' ? `systemctl --${manager} exited with status ${status}` : said,
    hint:
      manager === 'user'
        ? 'log in as that user (sudo and su do not start its manager), or `loginctl enable-linger USER`, then try again'
        : 'see `systemctl status`',
  });
}
