import type { Notice } from '../../src/core/notices/notice.ts';
import { reportedNotices } from '../../src/core/notices/report.ts';
import { factsOf } from '../../src/view/facts.ts';
import type { Found, HostView, View } from '../../src/view/model.ts';
import { viewOf } from '../../src/view/whole.ts';
import type { Story } from './core/world.ts';

const GIB = 2 ** 30;

/** A host on which all is well, at this moment, except for the given fields. */
export const hostAt = (nowWall: number, changes: Partial<HostView> = {}): HostView => ({
  name: 'build-01',
  watchdog: { pid: 4711, since: new Date(nowWall - 3_600_000).toISOString() },
  condition: 'alive',
  seenAt: new Date(nowWall - 1000).toISOString(),
  unwatchedMs: null,
  stateDir: '/var/lib/dogwatch',
  readOnly: null,
  filesystems: [
    {
      path: '/var/lib/dogwatch',
      availableBytes: 40 * GIB,
      totalBytes: 100 * GIB,
      pressure: 'none',
      softBytes: 15 * GIB,
      criticalBytes: 5 * GIB,
      exitBytes: 20 * GIB,
      fullAt: null,
      filledBy: [],
      largest: [],
    },
  ],
  gateAt: null,
  ...changes,
});

export interface Around {
  readonly host?: Partial<HostView>;
  readonly notices?: readonly Notice[];
  readonly found?: Found | null;
  readonly keptAt?: string | null;
}

/** The view of these stories by the name of their run, at the latest moment of any. */
export function viewed(
  stories: Readonly<Record<string, Story>>,
  { host = {}, notices = [], found = null, keptAt = null }: Around = {},
): View {
  const nowWall = Math.max(0, ...Object.values(stories).map(({ now }) => now.wall));
  const runs = Object.entries(stories).map(([name, { run }]) =>
    factsOf({ ...run, id: `${name}.1`, name, spec: { ...run.spec, name } }, found, false),
  );
  const read = {
    runs,
    unreadable: [],
    notices: reportedNotices(notices),
    accountHolds: [],
    accountWindows: [],
    leftOut: 0,
    filesystems: new Map(),
    keptAt,
  };
  return viewOf({ ...read, host: hostAt(nowWall, host) }, nowWall);
}
