import { NO_LIMITS } from '../../core/model/run-spec.ts';
import { launcherFor, NO_TMUX } from '../../launch/launchers/choose.ts';
import { readSettings } from '../../settings/read.ts';
import { userName } from '../../system/process/user-name.ts';
import { isBooted } from '../../system/systemd/systemctl.ts';
import { ownManager } from '../../system/systemd/transient-unit.ts';
import { type Finding, ok, warn } from './finding.ts';

/** Reports how attempts are started here, and whether that matches the setting. */
export function checkLauncher(env: NodeJS.ProcessEnv): Finding[] {
  const { launcher } = readSettings(env).settings;
  const { because } = launcherFor({ launcher, limits: NO_LIMITS });
  const linger = `sudo loginctl enable-linger ${userName()}, so that systemd starts units for this user`;
  if (because !== null) return [warn('launcher', `${launcher}: ${because}`, because === NO_TMUX ? 'install tmux and util-linux' : linger)];
  if (launcher !== 'auto') return [ok('launcher', launcher)];
  const manager = ownManager();
  if (manager !== null) return [ok('launcher', `auto: systemd units (${manager}) if dogwatch runs as a service, otherwise processes`)];
  if (!isBooted()) return [ok('launcher', 'auto: processes')];
  return [warn('launcher', 'auto: processes, even if dogwatch runs as a service; --memory and --cpu cannot be enforced', linger)];
}
