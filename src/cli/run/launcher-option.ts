import type { RunSpec } from '../../core/model/run-spec.ts';
import { hasLimits, launcherFor } from '../../launch/launchers/choose.ts';
import type { Settings } from '../../settings/settings.ts';
import { EXIT_UNAVAILABLE, EXIT_USAGE, Problem } from '../terminal/problem.ts';
import type { RunOptions } from './options.ts';

/**
 * Returns the launcher and limits of the attempts. Throws a Problem if they are not available:
 * there is no fallback, since whoever asks for them relies on the control group.
 */
export function launcherOption({ launcher: asked, memory, cpu }: RunOptions, settings: Settings): Pick<RunSpec, 'launcher' | 'limits'> {
  const wanted = { launcher: asked ?? settings.launcher, limits: { memoryBytes: memory ?? null, cpuPercent: cpu ?? null } };
  const { launcher, limits } = wanted;
  if (hasLimits(limits) && (launcher === 'process' || launcher === 'tmux'))
    throw new Problem(EXIT_USAGE, `the launcher ${launcher} cannot enforce limits`, {
      expected: '--launcher systemd or auto with --memory or --cpu',
      got: launcher,
    });
  const { because } = launcherFor(wanted);
  if (because === null) return wanted;
  throw new Problem(EXIT_UNAVAILABLE, `the launcher ${launcher} cannot be used`, {
    got: because,
    hint:
      launcher === 'tmux'
        ? 'install tmux'
        : 'root uses the system manager; other users need `loginctl enable-linger`, or --launcher auto without limits',
  });
}
