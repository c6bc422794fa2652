import { expect, test } from 'vitest';
import { register } from '../../../src/cli/history/history.ts';
import type { Layout } from '../../../src/store/directory/layout.ts';
import type { Story } from '../../kit/core/world.ts';
import { HOSTILE, hasPrinted, isHarmful, keptState, look, until } from '../../kit/kept-state.ts';
import { newRunNamed, noting } from '../../kit/samples-of-decisions.ts';

const TIMES = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}#/;

const linesOf = async (where: Layout, ...argv: string[]): Promise<string[]> => {
  const { out } = await look(register, where, 'history', ...argv);
  return out.split('\n').slice(0, -1);
};
const json = async (where: Layout, ...argv: string[]) => (await linesOf(where, ...argv, '--json')).map((line) => JSON.parse(line));

/** A run that started, was active, died and was resumed later; then the steps of `more`. */
async function recorded(more: (story: Story) => unknown = () => {}): Promise<Layout> {
  const { where, begin } = await keptState();
  const { story, keepStory } = begin();
  story.gathered();
  story.started();
  story.says({ kind: 'session', id: 'ses_1' });
  story.exits(1);
  more(story);
  keepStory();
  return where;
}

test('prints one line per decision: when, which state, why, and the actions', async () => {
  const lines = await linesOf(await recorded((story) => story.claims('blocked', 'a key is missing')), 'upgrade');
  for (const line of lines) expect(line).toMatch(TIMES);
  expect(lines[0]).toMatch(/registered/);
  expect(lines).toContainEqual(expect.stringMatching(/starting .*→ start attempt 1$/));
  expect(lines).toContainEqual(expect.stringMatching(/waiting .*attempt 1 ended with status 1/));
  expect(lines.at(-1)).toMatch(/escalated .*a key is missing.*→ ask the operator$/);
});

test('--json: one object per line with the keys that scripts read', async () => {
  const where = await recorded();
  const rows = await json(where, 'upgrade');
  for (const row of rows) expect(Object.keys(row)).toEqual(['seq', 'at', 'state', 'observation', 'actions', 'because', 'events']);
  expect(rows[0]).toMatchObject({ seq: 1, at: '2026-11-23T03:00:00.000Z', observation: 'run.registered' });
  expect(rows).toContainEqual(expect.objectContaining({ state: 'starting', actions: ['resume'] }));
  expect(rows.at(-1)).toMatchObject({ observation: 'process.exited', state: 'waiting', actions: [] });
});

test('--limit gives the newest, oldest first', async () => {
  const where = await recorded();
  const all = await json(where, 'upgrade');
  expect(await json(where, 'upgrade', '--limit', '2')).toEqual(all.slice(-2));
});

test.each(['0', '-1', 'many', '1e3', '1000000'])('--limit %s is refused', async (limit) => {
  const { thrown } = await look(register, await recorded(), 'history', 'upgrade', `--limit=${limit}`);
  expect(thrown).toMatchObject({ exitCode: 64, explanation: { got: JSON.stringify(limit) } });
});

test('nothing is left out of a long history', async () => {
  const { where, keep } = await keptState();
  keep(...Array.from({ length: 2500 }, (_, index) => noting(newRunNamed('long'), index + 1)));
  expect((await json(where, 'long')).map(({ seq }) => seq)).toEqual(Array.from({ length: 2500 }, (_, index) => index + 1));
});

test('--follow prints new decisions until the run is over', async () => {
  const { where, begin } = await keptState();
  const { story, keepStory } = begin();
  story.gathered();
  story.started();
  keepStory();
  const followed = json(where, 'upgrade', '--follow');
  await until(() => hasPrinted('attempt 1 started'));
  story.claims('done', 'all done');
  keepStory();
  await until(() => hasPrinted('all done'));
  story.exits(0);
  keepStory();
  const rows = await followed;
  expect(rows.map(({ state }) => state).at(-1)).toBe('complete');
  expect(rows).toEqual(await json(where, 'upgrade'));
});

test('hostile text is sanitized, and forges no lines', async () => {
  const where = await recorded((story) => story.claims('blocked', HOSTILE));
  const { out } = await look(register, where, 'history', 'upgrade');
  expect(isHarmful(out)).toBe(false);
  for (const line of out.trimEnd().split('\n')) expect(line).toMatch(TIMES);
});

test('an unknown run is a problem', async () => {
  expect((await look(register, await recorded(), 'history', 'upgrad')).thrown).toMatchObject({ exitCode: 66 });
});

test('--since and --until choose decisions by their time, and --limit the newest of those', async () => {
  const where = await recorded((story) => story.after(3_600_000).claims('blocked', 'a key is missing'));
  const all = await json(where, 'upgrade');
  const early = all.filter(({ at }) => at < '2026-11-23T03:30:00.000Z');
  expect(early.length).toBeGreaterThan(1);
  expect(early.length).toBeLessThan(all.length);
  expect(await json(where, 'upgrade', '--until', '2026-11-23T03:30:00Z')).toEqual(early);
  expect(await json(where, 'upgrade', '--since', '2026-11-23T03:30:00Z')).toEqual(all.slice(early.length));
  expect(await json(where, 'upgrade', '--until', '2026-11-23T03:30:00Z', '--limit', '1')).toEqual(early.slice(-1));
  for (const wrong of [
    ['--since', 'soon'],
    ['--since', '1h', '--until', '2h'],
    ['--until', '2026-02-30'],
  ])
    expect((await look(register, where, 'history', 'upgrade', ...wrong)).thrown).toMatchObject({ exitCode: 64 });
});
