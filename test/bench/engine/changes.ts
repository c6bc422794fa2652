import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { readCredentials } from '../../../src/fleet/member/credentials.ts';
import { connectEngine } from '../../../src/fleet/nats/connected.ts';
import { until } from '../../kit/until.ts';
import { place } from '../place.ts';
import { type Row, row, type Skipped } from '../row.ts';
import { newDirectory } from '../run/directory.ts';
import { SIZE } from '../size.ts';
import { JoinedFleet } from './joined.ts';

const WHAT = 'change of a run → seen on another host';
const MOST_MS = 250;
/** Changes of one run that follow each other at once are sent together. */
const APART_MS = 700;

/** From what the watchdog says of a change, to the row that another member hears of. */
export async function changesElsewhere(): Promise<readonly (Row | Skipped)[]> {
  const because = JoinedFleet.whyNot();
  if (because !== null) return [{ what: WHAT, skipped: because }];
  const fleet = await JoinedFleet.start();
  const other = newDirectory();
  const home = place();
  (await fleet.invite('other'))(other);
  Object.assign(home.env, (await fleet.invite('bench'))(home.directory));
  const natsSeed = readCredentials(join(other, 'state/fleet/credentials.json'))?.natsSeed ?? null;
  const engine = await connectEngine({ host: 'other', urls: [fleet.url], natsSeed });
  try {
    const watchdog = home.start(['watch']);
    watchdog.stdout?.resume();
    watchdog.stderr?.resume();
    await until('the watchdog runs', () => home.watchdog() !== null);
    await home.does(['run', '--detach', '--name', 'job', '--', 'sleep', '1000000']);
    let seenMs = 0;
    engine.watch('runs', 'bench.', () => {
      seenMs = performance.now();
    });
    await until('its row is seen', () => seenMs > 0);
    const tookMs: number[] = [];
    for (let change = 0; change < SIZE.deaths; change++) {
      await setTimeout(APART_MS);
      seenMs = 0;
      const said = once(watchdog.stdout!, 'data');
      const typed = home.does([change % 2 === 0 ? 'pause' : 'unpause', 'job']);
      await said;
      const beganMs = performance.now();
      await until('the change is seen', () => seenMs > 0);
      tookMs.push(seenMs - beganMs);
      await typed;
    }
    return [row(WHAT, 'ms', tookMs, { bar: { text: `p95 ≤ ${MOST_MS} ms`, isMet: ({ p95 }) => p95 <= MOST_MS } })];
  } finally {
    await engine.close();
    await home.tearDown();
    await fleet.server.kill();
  }
}
