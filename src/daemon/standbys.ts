import { launcherFor } from '../launch/launchers/choose.ts';
import { makeStandby } from '../launch/standby/make.ts';
import { StandbyPool } from '../launch/standby/pool.ts';
import type { Standby } from '../launch/standby/ready-made.ts';
import type { Layout } from '../store/directory/layout.ts';
import { monoMs } from '../system/process/process.ts';

/** The standbys of this watchdog. Their channels end with this process, and they with them. */
export const standbysOf = (layout: Layout, most: number): StandbyPool<Standby> =>
  new StandbyPool<Standby>({
    most,
    make: (run, attempt) => makeStandby(run, attempt, launcherFor(run.spec).launcher, layout),
    nowMono: monoMs,
    later: (ms, call) => {
      const timer = setTimeout(call, ms).unref();
      return () => clearTimeout(timer);
    },
  });
