import { expect, test } from 'vitest';
import { register } from '../../../src/cli/config/config.ts';
import { keepEnvironment } from '../../../src/store/environment.ts';
import { MINUTE } from '../../kit/core/world.ts';
import { isHarmful, keptState, look } from '../../kit/kept-state.ts';

const SECRET = 'sk-proj-0123456789abcdef0123';

async function changed() {
  const { where, begin } = await keptState();
  const { story, keepStory } = begin({ prompt: `use ${SECRET}\n\u001b[31mnow`, policy: { maxResumes: 7 } });
  story.operator({ kind: 'set', policy: { idleMs: 30 * MINUTE }, words: '' });
  keepStory();
  keepEnvironment(where, story.run.spec.environmentFile, { API_KEY: SECRET });
  return where;
}

test('what was frozen with a run, what was changed since, and what differs from the defaults', async () => {
  const { out, thrown } = await look(register, await changed(), 'config', 'upgrade', '--json');
  const { settings, frozen } = JSON.parse(out);
  const named = (name: string) => settings.find((one: { name: string }) => one.name === name);
  expect(thrown).toBeNull();
  expect(named('DOGWATCH_IDLE')).toMatchObject({ value: '30m', default: '15m', source: 'set', registered: '15m' });
  expect(named('DOGWATCH_MAX_RESUMES')).toMatchObject({ value: '7', default: '20', source: 'registered', registered: null });
  expect(named('DOGWATCH_QUIET')).toMatchObject({ value: '2m', source: 'default' });
  expect(frozen).toMatchObject({ agent: 'opencode', cwd: '/srv/project' });
  expect(out).not.toContain(SECRET);
});

test('in words, without secrets and escapes', async () => {
  const { out } = await look(register, await changed(), 'config', 'upgrade');
  expect(out).toMatch(/DOGWATCH_IDLE +30m +set since; 15m when registered, default 15m/);
  expect(out).toMatch(/DOGWATCH_MAX_RESUMES +7 +default 20/);
  expect([isHarmful(out), out.includes(SECRET)]).toEqual([false, false]);
});

test('an unknown run is an error', async () => {
  const { thrown } = await look(register, await changed(), 'config', 'upgrad');
  expect(thrown).toMatchObject({ exitCode: 66 });
});

test('a setting that an older build did not have is unset, whatever its default is now', async () => {
  const { where, begin } = await keptState();
  begin({ policy: { keepWorktreeBytes: undefined } }).keepStory();
  const { out } = await look(register, where, 'config', 'upgrade', '--json');
  const { settings } = JSON.parse(out);
  expect(settings.find(({ name }: { name: string }) => name === 'DOGWATCH_KEEP_WORKTREE')).toMatchObject({
    value: 'unset',
    default: '100MiB',
    source: 'registered',
  });
});

test('that nobody is asked, as its agent cannot', async () => {
  const { where, begin } = await keptState();
  begin({ policy: { asks: true } }).keepStory();
  const { out } = await look(register, where, 'config', 'upgrade');
  expect(out).toMatch(/^DOGWATCH_ASK=1 has no effect, and no person is asked: opencode cannot wait/m);
});
