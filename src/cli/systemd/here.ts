import { type Answer, isBooted, type Manager, systemctl, systemdVersion } from '../../system/systemd/systemctl.ts';
import { EXIT_UNAVAILABLE, Problem } from '../terminal/problem.ts';

/** What this machine has of systemd. */
export interface SystemdHere {
  readonly version: number | null;
  /** systemd is process 1. */
  readonly isBooted: boolean;
  /** What a manager says when it is asked something small. */
  readonly ask: (manager: Manager) => Pick<Answer, 'status' | 'said'>;
}

const HERE = (): SystemdHere => ({
  version: systemdVersion(),
  isBooted: isBooted(),
  ask: (manager) => systemctl(manager, ['show', '--property=Version']),
});

const OTHERWISE =
  '`dogwatch systemd print` prints the units, for another machine or an image; here start `dogwatch watch` by what starts other programs at boot, and `dogwatch supervise` hourly: cron';

/** Throws a Problem where units could be written, but nobody would start them. */
export function needsSystemd(manager: Manager, here: SystemdHere = HERE()): void {
  if (here.version === null) throw new Problem(EXIT_UNAVAILABLE, 'there is no systemd here: nothing was written', { hint: OTHERWISE });
  if (!here.isBooted)
    throw new Problem(EXIT_UNAVAILABLE, 'systemd is not at work here: nothing was written', {
      expected: 'a machine that systemd has started',
      got: `systemctl of systemd ${here.version} is here, but systemd is not process 1 (a container?)`,
      hint: OTHERWISE,
    });
  const { status, said } = here.ask(manager);
  if (status === 0) return;
  throw new Problem(EXIT_UNAVAILABLE, `the ${manager} manager of systemd does not answer: nothing was written`, {
    got: said === '' ? `systemctl --${manager} ended with status ${status}` : said,
    hint:
      manager === 'user'
        ? 'log in as that user (sudo and su do not start its manager), or `loginctl enable-linger USER`, then try again'
        : 'see `systemctl status`',
  });
}
