import { connectOnce } from '../../../src/fleet/nats/access.ts';
import { subjectOf } from '../../../src/fleet/nats/names.ts';
import { SigningHost } from '../../kit/fleet/signing-host.ts';
import { PROGRAM, place } from '../place.ts';
import { type Row, row, type Skipped } from '../row.ts';
import { SIZE } from '../size.ts';
import { wholeProcess } from '../whole-process.ts';
import { JoinedFleet } from './joined.ts';

const RUNS = 10;
const MOST_MS = 400;
const WHAT = `fleet status of ${SIZE.hosts} hosts with ${RUNS} runs each, whole process`;

/** `dogwatch fleet status` from the rows of many hosts, each of them signed, beside a Node that does nothing. */
export async function statusOfFleet(): Promise<readonly (Row | Skipped)[]> {
  const because = JoinedFleet.whyNot();
  if (because !== null) return [{ what: WHAT, skipped: because }];
  const fleet = await JoinedFleet.start();
  const home = place();
  try {
    Object.assign(home.env, (await fleet.invite('viewer'))(home.directory));
    await fill(fleet);
    const times = { status: [] as number[], node: [] as number[] };
    for (let round = 0; round < SIZE.looks; round++) {
      times.status.push(wholeProcess([PROGRAM, 'fleet', 'status'], home.env, `on ${SIZE.hosts} hosts`));
      times.node.push(wholeProcess(['-e', '0'], home.env));
    }
    return [
      row(WHAT, 'ms', times.status, { bar: { text: `p50 ≤ ${MOST_MS} ms`, isMet: ({ p50 }) => p50 <= MOST_MS } }),
      row('beside the status of a fleet: node -e 0', 'ms', times.node),
    ];
  } finally {
    await home.tearDown();
    await fleet.server.kill();
  }
}

async function fill({ keys, url }: JoinedFleet): Promise<void> {
  const admin = await connectOnce({ host: 'admin', urls: [url], natsSeed: keys.admin.hosts.seed });
  for (let number = 1; number <= SIZE.hosts; number++) {
    const host = new SigningHost(keys, `host-${number}`);
    for (let run = 1; run <= RUNS; run++) admin.publish(subjectOf('runs', `${host.key}.run-${run}`), host.says(`run-${run}`));
    admin.publish(subjectOf('hosts', host.key), host.beats());
    await admin.flush();
  }
  await admin.close();
}
