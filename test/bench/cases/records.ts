import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { acquireState } from '../../../src/store/held-state.ts';
import { newRunNamed, resuming } from '../../kit/samples-of-decisions.ts';
import { place } from '../place.ts';
import { type Row, row } from '../row.ts';
import { SIZE } from '../size.ts';

const PAGE_BYTES = 4096;

/**
 * The time to record a decision with an action durably, beside the time that the disk itself takes
 * for a page.
 */
export async function records(): Promise<readonly Row[]> {
  const home = place();
  const times = { record: [] as number[], page: [] as number[] };
  try {
    const state = await acquireState(home.where, { leaseTimeoutMs: 60_000, ballastBytes: 0 });
    if (state.kind === 'held-by-other') throw new Error(`expected a state of its own, it is held by process ${state.by.pid}`);
    const fd = openSync(join(home.directory, 'pages'), 'a');
    const run = newRunNamed('job');
    for (let seq = 1; seq <= SIZE.records; seq++) {
      times.record.push(timed(() => state.store.record([resuming(run, seq)])));
      times.page.push(
        timed(() => {
          writeSync(fd, Buffer.alloc(PAGE_BYTES));
          fdatasyncSync(fd);
        }),
      );
    }
    closeSync(fd);
    state.close();
  } finally {
    await home.tearDown();
  }
  return [row('a decision with an action → recorded durably', 'ms', times.record), row('one page → on the disk', 'ms', times.page)];
}

function timed(job: () => void): number {
  const begun = performance.now();
  job();
  return performance.now() - begun;
}
