import { expect, test } from 'vitest';
import { register } from '../../../src/cli/history/history.ts';
import type { HostDecision } from '../../../src/core/host/decide-host.ts';
import { NEW_HOST } from '../../../src/core/host/state.ts';
import type { HostAction, HostFact } from '../../../src/core/model/host.ts';
import type { Layout } from '../../../src/store/directory/layout.ts';
import { HOSTILE, isHarmful, keptState, look } from '../../kit/kept-state.ts';

const RECLAIM: HostAction = {
  kind: 'reclaim',
  id: 'host/1',
  device: '7',
  path: '/srv',
  untilBytes: 1,
  untilInodes: 0,
  without: [],
  because: 'it is full',
};

const decided = (seq: number, fact: HostFact, because: string, actions: readonly HostAction[] = []): HostDecision => ({
  kind: 'host',
  observation: { ...fact, seq, at: { wall: Date.UTC(2026, 10, 23, 3, 0, seq), mono: seq }, jitter: 0 },
  host: NEW_HOST,
  because,
  material: true,
  actions,
  reply: null,
});
const SAMPLED: HostFact = { kind: 'disk.sampled', takenMono: 1, isWhole: true, filesystems: [], unreachable: [] };
const FREED: HostFact = { kind: 'reclaim.finished', action: 'host/1', outcome: { kind: 'abandoned', because: 'busy' } };

async function recorded(because = 'the disk at /srv: none → critical'): Promise<Layout> {
  const { where, store } = await keptState();
  store.record([decided(1, SAMPLED, because, [RECLAIM])]);
  store.record([decided(2, FREED, 'images removed 2 and freed 3 GiB')]);
  return where;
}

const linesOf = async (where: Layout, ...argv: string[]): Promise<string[]> =>
  (await look(register, where, 'history', '--host', ...argv)).out.split('\n').slice(0, -1);

test('prints one line per decision about the machine: when, and why', async () => {
  expect(await linesOf(await recorded())).toEqual([
    expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}#1 .*the disk at \/srv: none → critical/),
    expect.stringMatching(/#2 .*images removed 2 and freed 3 GiB$/),
  ]);
});

test('--json: one object per line with the keys that scripts read; --limit gives the newest', async () => {
  const where = await recorded();
  expect((await linesOf(where, '--json')).map((line) => JSON.parse(line))).toEqual([
    {
      seq: 1,
      at: '2026-11-23T03:00:01.000Z',
      observation: 'disk.sampled',
      actions: ['reclaim'],
      because: 'the disk at /srv: none → critical',
    },
    { seq: 2, at: '2026-11-23T03:00:02.000Z', observation: 'reclaim.finished', actions: [], because: 'images removed 2 and freed 3 GiB' },
  ]);
  expect((await linesOf(where, '--json', '--limit', '1')).map((line) => JSON.parse(line).seq)).toEqual([2]);
});

test('prints nothing if nothing was decided yet', async () => {
  expect(await linesOf((await keptState()).where)).toEqual([]);
});

test('hostile text is sanitized, and forges no lines', async () => {
  const lines = await linesOf(await recorded(HOSTILE));
  expect(lines).toHaveLength(2);
  expect(isHarmful(lines.join('\n'))).toBe(false);
});

test.each([[['--host', 'upgrade']], [['--host', '--follow']], [[]]])('history %j is refused', async (argv) => {
  expect((await look(register, await recorded(), 'history', ...argv)).thrown).toMatchObject({
    exitCode: 64,
    message: 'cannot tell whose history to show',
  });
});
