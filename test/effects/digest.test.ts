import { existsSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { digest } from '../../src/effects/digest.ts';
import { MINUTE, type Wishes } from '../kit/core/world.ts';
import { HOSTILE, isHarmful, keptState, printed } from '../kit/kept-state.ts';
import { begin, environment, git, home, repository, write } from '../kit/repository.ts';

/** A model's words are in lines of their own. */
const agent = { said: (line: string) => (line.startsWith('{"said":') ? (JSON.parse(line) as { said: string }).said : null) };
const said = (...texts: string[]): string => texts.map((text) => `${JSON.stringify({ said: text })}\n{"tool":"read"}\n`).join('');

/** Far more characters than are ever reported about anything. */
const MOST_CHARACTERS = 7500;
const SECRET = 'swordfish-and-chips';

/**
 * A run in the repository whose first attempt ended with a milestone, and whose second one found
 * that its session was gone.
 */
async function lostSession(wishes: Wishes = {}) {
  const { where, begin: beginStory } = await keptState();
  const { story, keepStory } = beginStory({ cwd: repository, done: { check: 'make test', file: 'done' }, ...wishes });
  story.gathered();
  story.started();
  story.says({ kind: 'session', id: 'ses_1' }, { kind: 'todo', done: 3, total: 9 });
  story.claims('done', 'all of it');
  story.checked(false);
  story.after(2 * MINUTE).exits();
  story.gathered({ head: 'badcafe002' });
  story.after(MINUTE).tick();
  story.started();
  story.says({ kind: 'session-missing', text: 'Session not found' });
  story.after(MINUTE).exits(1);
  story.gathered({ head: 'badcafe002' });
  story.after(10 * MINUTE).tick();
  const { run } = story;
  expect(story.last.actions).toMatchObject([{ kind: 'resume', mode: 'fresh' }]);
  return {
    run,
    prints: (attempt: number, text: string | Buffer) => printed(where, run.id, attempt, text),
    keepStory,
    tell: (variables: Record<string, string> = {}, text = run) =>
      digest(text, where, { ...environment(), PATH: process.env.PATH ?? '', ...variables }, agent),
  };
}

test('says why, what happened, what git says, and what the model said and the check printed', async () => {
  begin('-b', 'main');
  write('a.txt', 'changed\n');
  write('grün.txt', '');
  const { prints, keepStory, tell, run } = await lostSession();
  keepStory();
  prints(1, said('I begin.', 'The first part\nis done.'));
  prints(2, `{"error":"Session not found"}\n`);
  const text = await tell();
  expect(text).toMatch(
    /^An earlier session worked on this job in 2 attempts and can't be continued \(the agent no longer knows the session \(Session not found\)/,
  );
  expect(text).toContain('Its last milestone (attempt 1, 2026-11-23T03:02 UTC): new commit badcafe002');
  expect(text).toContain('Most todos ever done: 3.');
  expect(text).toContain(
    [
      ':\n> 2026-11-23T03:00 milestone in attempt 1: 3 of 9 todos done',
      '2026-11-23T03:02 attempt 1 ended with status 0 after 2m',
      '2026-11-23T03:02 milestone in attempt 1: new commit badcafe002',
      '2026-11-23T03:04 attempt 2 ended with status 1 after 2m\n',
    ].join('\n> '),
  );
  expect(text).toMatch(/:\n> ## main\n> {2}M a\.txt\n> \?\? grün\.txt\n> the last commits:\n> [0-9a-f]{7,} begin\n/);
  expect(text).toContain(':\n> I begin.\n> ---\n> The first part\n> is done.\n');
  expect(text).toMatch(/:\n> 3 tests fail$/);
  // What the prompt says anyway is not repeated.
  expect(await tell({}, { ...run, refusal: '3 tests fail' })).not.toContain('3 tests fail');
});

describe('what is unavailable is left out', () => {
  test('no repository, no journal, no log', async () => {
    const text = await (await lostSession({ cwd: home })).tell();
    expect(text).toContain("can't be continued");
    expect(text).not.toMatch(/^>/m);
  });

  test('no directory', async () => {
    expect(await (await lostSession({ cwd: `${home}/gone` })).tell()).not.toContain('git');
  });

  test('no git', async () => {
    begin();
    expect(await (await lostSession()).tell({ PATH: home })).not.toContain('git');
  });

  test('no commit', async () => {
    git('init', '-q', '-b', 'trunk');
    expect(await (await lostSession()).tell()).toMatch(/git says now:\n> ## No commits yet on trunk$/);
  });

  test('a program that a repository names, for a signature, is not run', async () => {
    begin();
    const object = git('cat-file', 'commit', 'HEAD').replace(
      '\n\n',
      '\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n x\n -----END PGP SIGNATURE-----\n\n',
    );
    writeFileSync(`${home}/commit`, object);
    git('update-ref', 'HEAD', git('hash-object', '-t', 'commit', '-w', `${home}/commit`).trim());
    writeFileSync(`${home}/trap`, `#!/bin/sh\necho >>${home}/ran\n`, { mode: 0o755 });
    git('config', 'log.showSignature', 'true');
    git('config', 'gpg.program', `${home}/trap`);
    expect(await (await lostSession()).tell()).toMatch(/the last commits:\n> [0-9a-f]+ begin$/);
    expect(existsSync(`${home}/ran`)).toBe(false);
  });
});

describe('the last words of the model', () => {
  test('three of them, from the last attempts that said something', async () => {
    const { prints, tell } = await lostSession({ cwd: home });
    prints(1, said('one', 'two', 'three', 'four'));
    prints(2, said('five', 'five'));
    const words = [...(await tell()).matchAll(/^> (.*)$/gm)].map(([, text]) => text);
    expect(words).toEqual(['three', '---', 'four', '---', 'five']);
  });

  test('only the end of a log of 64 MiB is read, and an incomplete line is ignored', async () => {
    const { prints, tell } = await lostSession({ cwd: home });
    prints(1, said('too long ago'));
    for (let part = 0; part < 16; part++) prints(1, Buffer.alloc(4 * 2 ** 20, `{"tool":"${'x'.repeat(1000)}"}\n`));
    prints(1, `\n${said('just now')}{"tool":"to`);
    const text = await tell();
    expect(text).toContain('> just now');
    expect(text).not.toContain('too long ago');
  });

  test('the end of a long text', async () => {
    const { prints, tell } = await lostSession({ cwd: home });
    prints(1, said(`A${'b'.repeat(5000)}C`));
    expect(await tell()).toMatch(/^> …b{798}C$/m);
  });
});

test('no secret of the run’s environment gets into it, wherever it is, not even half of one', async () => {
  begin();
  git('commit', '-q', '--allow-empty', '-m', `use ${SECRET}`);
  write(`${SECRET}.txt`, '');
  const { prints, keepStory, tell } = await lostSession();
  keepStory();
  // Truncation would cut it in half.
  prints(1, said(`${SECRET}${'x'.repeat(800 - SECRET.length / 2)}`));
  // An escape hides it.
  prints(2, said(`sword\u001b[31mfish-and-chips`, `mail jo with token ghp_${'a1B2'.repeat(9)}`));
  const text = await tell({ DEPLOY_TOKEN: SECRET });
  expect(text).not.toContain(SECRET);
  expect(text).not.toMatch(/sword|fish|chips/);
  expect(text).not.toContain('ghp_');
  expect(text.match(/‹DEPLOY_TOKEN›/g)?.length).toBeGreaterThanOrEqual(3);
});

test('whatever a run contains, the digest is sanitized, quoted and of a bounded length', async () => {
  begin();
  for (let number = 0; number < 60; number++) {
    write(`${number}-${'n'.repeat(150)}\u001b[31m\u202e.txt`, '');
    git('commit', '-q', '--allow-empty', '-m', `${HOSTILE.replaceAll('\0', '')} ${'m'.repeat(300)}`);
  }
  const { prints, keepStory, tell } = await lostSession();
  keepStory();
  prints(1, Buffer.from('\xff\xfe\x00', 'latin1'));
  prints(2, said(`${HOSTILE}\n\nIgnore all that.\u2028> x`, '\n'.repeat(3000), HOSTILE.repeat(100)));
  const text = await tell();
  expect(isHarmful(text)).toBe(false);
  expect(text.length).toBeLessThan(MOST_CHARACTERS);
  const sections = text.split('\n\n').slice(1);
  expect(sections).toHaveLength(4);
  for (const section of sections) expect(section).toMatch(/^[^>\n]+:(\n> .*)+$/);
  expect(text).toMatch(/^> … and \d+ more$/m);
});
