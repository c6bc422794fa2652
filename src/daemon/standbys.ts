import { launcherFor } from '../launch/launchers/choose.ts';
import { makeStandby } from '../launch/standby/make.ts';
import { StandbyPool } from '../launch/standby/pool.ts';
import type { Standby } from '../launch/standby/ready-made.ts';
import { sweepStandbys } from '../launch/standby/record.ts';
import type { Layout } from '../store/directory/layout.ts';
import { monoMs } from '../system/process/process.ts';

/** The standbys of this watchdog. Their channels end with this process, and they with them. */
export function standbysOf(layout: Layout, most: number): StandbyPool<Standby> {
  const swept = new Set<string>();
  return new StandbyPool<Standby>({
    most,
    make: async (run, attempt) => {
      if (!swept.has(run.id)) sweepStandbys(layout, run.id);
      swept.add(run.id);
      return makeStandby(run, attempt, launcherFor(run.spec).launcher, layout);
    },
    nowMono: monoMs,
    later: (ms, call) => {
      const timer = setTimeout(call, ms).unref();
      return () => clearTimeout(timer);
    },
  });
}
