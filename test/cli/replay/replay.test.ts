import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { register as history } from '../../../src/cli/history/history.ts';
import { register as replay } from '../../../src/cli/replay/replay.ts';
import type { Layout } from '../../../src/store/directory/layout.ts';
import { keepEnvironment } from '../../../src/store/environment.ts';
import { type Story, type Wishes, worksAndExits } from '../../kit/core/world.ts';
import { HOSTILE, isHarmful, keptState, look } from '../../kit/kept-state.ts';

const TOKEN = 'swordfish-Zk3v9Qp2Lx7Wm4Rt8Yb6';

/** A run that died twice, with a secret in its output. */
async function recorded(more: (story: Story) => unknown = () => {}, wishes: Wishes = {}): Promise<Layout> {
  const { where, begin } = await keptState();
  const { story, keepStory } = begin(wishes);
  story.gathered();
  story.started();
  story.says({ kind: 'session', id: 'ses_1' });
  for (let death = 0; death < 2; death++) {
    worksAndExits(story, 1);
    story.gathered();
    story.started();
    story.says({ kind: 'error', text: `refused ${TOKEN}` });
  }
  more(story);
  keepStory();
  keepEnvironment(where, story.run.spec.environmentFile, { DEPLOY_TOKEN: TOKEN, HOME: '/home/op' });
  return where;
}

const json = (out: string) =>
  out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

async function exported(where: Layout): Promise<string> {
  const path = join(where.stateDir, 'upgrade.jsonl');
  const { thrown, out } = await look(history, where, 'history', 'upgrade', '--export', path);
  expect(thrown).toBeNull();
  expect(out).toContain('decisions. The secrets of');
  return path;
}

describe('a run', () => {
  test('none differs', async () => {
    const { out, exitCode } = await look(replay, await recorded(), 'replay', 'upgrade');
    expect(out).toMatch(/^\d+ decisions replayed, none differs\.\n$/);
    expect(exitCode).toBeUndefined();
  });

  test('--set: what would have been decided otherwise, and why', async () => {
    const argv = ['replay', 'upgrade', '--set', 'DOGWATCH_MAX_RESUMES=1'];
    const { out, exitCode } = await look(replay, await recorded(), ...argv);
    expect(out).toMatch(/#\d+ {2}process\.exited\n {2}recorded .*→ resume 3: .*\n {2}today .*DOGWATCH_MAX_RESUMES=1/);
    expect(out).toContain('another course');
    expect(exitCode).toBeUndefined();
  });

  test('--json: each decision that differs, then a summary', async () => {
    const { out } = await look(replay, await recorded(), 'replay', 'upgrade', '--json', '--set', 'DOGWATCH_MAX_RESUMES=1');
    const rows = json(out);
    expect(Object.keys(rows[0])).toEqual(['seq', 'at', 'observation', 'differs', 'recorded', 'today', 'before']);
    expect(rows.at(-1)).toMatchObject({
      replayed: expect.any(Number),
      differ: rows.filter(({ differs }) => differs === 'decision').length,
    });
  });

  test.each([
    ['DOGWATCH_IDLE', 'NAME=VALUE'],
    ['DOGWATCH_IDLE=soon', null],
    ['DOGWATCH_NOTIFY=x', 'DOGWATCH_IDLE'],
    ['DOGWATCH_IDEL=5m', 'DOGWATCH_IDLE'],
  ])('--set %s is refused', async (set, expected) => {
    const { thrown } = await look(replay, await recorded(), 'replay', 'upgrade', '--set', set);
    expect(thrown).toMatchObject({ name: 'Problem' });
    if (expected !== null) expect(thrown).toMatchObject({ exitCode: 64, explanation: { expected: expect.stringContaining(expected) } });
  });

  test('hostile text is sanitized', async () => {
    const where = await recorded((story) => story.claims('blocked', HOSTILE));
    const { out } = await look(replay, where, 'replay', 'upgrade', '--set', 'DOGWATCH_ENABLED=0');
    expect(out).toContain('forged line');
    expect(isHarmful(out)).toBe(false);
  });
});

describe('a file', () => {
  test('replays like the run, and only this user can read it', async () => {
    const where = await recorded();
    const path = await exported(where);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    for (const set of [[], ['--set', 'DOGWATCH_MAX_RESUMES=1']]) {
      const [ofRun, ofFile] = [
        await look(replay, where, 'replay', 'upgrade', '--json', ...set),
        await look(replay, where, 'replay', path, '--json', ...set),
      ];
      expect(json(ofFile.out)).toEqual(json(ofRun.out.replaceAll(TOKEN, '‹DEPLOY_TOKEN›')));
    }
  });

  test("contains none of the run's secrets, and nothing from its environment", async () => {
    const text = readFileSync(await exported(await recorded()), 'utf8');
    expect(text).toContain('refused ‹DEPLOY_TOKEN›');
    expect(text).not.toContain(TOKEN);
    expect(text).not.toContain('/home/op');
  });

  test('never overwrites another file', async () => {
    const where = await recorded();
    const path = await exported(where);
    const { thrown } = await look(history, where, 'history', 'upgrade', '--export', path);
    expect(thrown).toMatchObject({ exitCode: 64, explanation: { expected: 'a file that does not exist yet' } });
  });

  test.each([
    ['a file that is not JSON', 'x', 'line 1'],
    ['another file', '{"a":1}', 'line 1'],
    ['an empty file', '', 'line 1'],
  ])('%s is refused', async (_, text, line) => {
    const where = await recorded();
    const path = join(where.stateDir, 'bad.jsonl');
    writeFileSync(path, text);
    const { thrown } = await look(replay, where, 'replay', path);
    expect(thrown).toMatchObject({ exitCode: 64, explanation: { expected: expect.stringContaining(line) } });
  });

  test('names a damaged line', async () => {
    const where = await recorded();
    const path = await exported(where);
    writeFileSync(path, `${readFileSync(path, 'utf8')}{"state":"working"}\n`);
    const { thrown } = await look(replay, where, 'replay', path);
    expect(thrown).toMatchObject({ explanation: { expected: expect.stringMatching(/observation or log lines in line \d+/) } });
  });
});
