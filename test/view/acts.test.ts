import { expect, test } from 'vitest';
import { openNotice } from '../../src/core/notices/notice.ts';
import { actsOf } from '../../src/view/acts.ts';
import * as moments from '../kit/core/moments.ts';
import { news } from '../kit/core/notice-samples.ts';
import { type Story, working } from '../kit/core/world.ts';
import { viewed } from '../kit/viewed.ts';

test.each<[string, () => Story, readonly string[]]>([
  ['working', working, ['pause', 'stop']],
  ['quiet', moments.tool, ['pause', 'stop']],
  ['limited', moments.limited, ['pause', 'resume', 'stop']],
  ['paused', moments.paused, ['unpause', 'stop']],
  ['recovering', moments.mending, ['pause', 'resume', 'stop']],
  ['blocked', moments.blocked, ['pause', 'resume', 'stop']],
  ['failed', moments.failed, ['resume']],
  ['stopped', moments.stopped, ['resume']],
])('%s', (_, story, verbs) => {
  const [run] = viewed({ run: story() }).runs;
  const acts = run === undefined ? [] : actsOf(run);
  expect(acts.map(({ verb }) => verb)).toEqual(verbs);
  for (const { does } of acts) expect(does).toMatch(/^[a-z].*[^.]$/);
});

test('an open notice about a run can be acknowledged', () => {
  const notices = [
    openNotice(news({ cause: 'overlong-tool/run.1', runs: [{ id: 'run.1', name: 'run' }] }), { wall: 0, mono: 0, boot: '' } as never),
  ];
  const [run] = viewed({ run: working() }, { notices }).runs;
  expect(run === undefined ? null : actsOf(run)[0]).toMatchObject({ verb: 'ack', does: expect.stringContaining('ends the reminders') });
});

test('stopping names the processes that it ends', () => {
  const { runs } = viewed({ run: working() });
  const stop = runs.flatMap(actsOf).find(({ verb }) => verb === 'stop');
  expect(stop?.does).toMatch(/^ends attempt 1 \(pid \d+ and all that it started\)/);
});
