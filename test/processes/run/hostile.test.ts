import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type Stage, story } from '../../kit/stage.ts';
import { until } from '../../kit/until.ts';

/**
 * Hostile texts that a run may contain: escapes, line ends, quotes, anything that a shell or a
 * terminal would act on.
 */
const HOSTILE = `a\u001b[31m"red"\u001b]0;title\u0007\n$(touch pwned) \`touch pwned\` 'one' ; touch pwned # \\ \u202e $HOME {refusal}`;

/** What a terminal would act on. */
const HARMFUL = /[^\P{Cc}\n\t]|\u202e/u;

/** Writes the arguments unchanged to a separate file. */
const NOTE_WORDS = 'printf "%s" "$1" >words-$n; printf "%s\\n" "$1"';

story('hostile words reach the agent unchanged, and nothing acts on them', async ({ stage }) => {
  stage.agent(`${NOTE_WORDS}; dogwatch progress --because "$1"; [ $n = 2 ] && { dogwatch done --because "$1"; }; exit 1`);
  const ran = await stage.dogwatch(['run', '--name', 'job', '--done-file', 'none', '--', './agent.sh', HOSTILE]);
  expect(ran.code).toBe(0);
  for (const start of [1, 2]) expect(readFileSync(stage.file(`words-${start}`), 'utf8')).toBe(HOSTILE);
  expect(stage.run()).toMatchObject({ spec: { command: ['./agent.sh', HOSTILE] }, milestone: { what: HOSTILE } });
  // What is printed about a run is one line without control characters; its log is its own.
  expect(ran.stderr).not.toMatch(HARMFUL);
  for (const args of [['status'], ['explain', 'job'], ['history', 'job']]) {
    const { stdout, stderr } = await stage.does(args);
    expect([args, `${stdout}${stderr}`]).toEqual([args, expect.not.stringMatching(HARMFUL)]);
  }
  for (const args of [
    ['status', '--json'],
    ['history', 'job', '--json'],
  ])
    expect((await stage.does(args)).stdout).not.toMatch(/[^\P{Cc}\n]/u);
  expect(readFileSync(stage.where.watchdogLog, 'utf8')).not.toMatch(HARMFUL);
  expect(readdirSync(stage.cwd)).not.toContain('pwned');
});

story('hostile words from an operator and from a check', async ({ stage }) => {
  stage.agent('dogwatch done --because "$(cat reason)"; [ $n = 2 ] && echo x >good; sleep 0.5; exit 0');
  stage.write('reason', HOSTILE);
  const resume = 'printf "%s" "$DOGWATCH_PROMPT" >prompt; exec ./agent.sh';
  await stage.does(['run', '--name', 'job', '--check', 'cat reason; test -e good', '--resume-command', resume, '--', './agent.sh']);
  expect(readFileSync(stage.file('prompt'), 'utf8')).toContain(HOSTILE);
  stage.agent('exec sleep 1000', 'other.sh');
  await stage.does(['run', '--detach', '--name', 'other', '--', './other.sh']);
  const paused = await stage.does(['pause', 'other', '--because', HOSTILE]);
  const stopped = await stage.does(['stop', 'other', '--because', HOSTILE]);
  for (const { stdout, stderr } of [paused, stopped]) expect(`${stdout}${stderr}`).not.toMatch(HARMFUL);
  expect(stage.run('other')?.because).toContain(HOSTILE);
  const unknown = await stage.dogwatch(['stop', HOSTILE]);
  expect([unknown.code, unknown.stderr]).toEqual([66, expect.not.stringMatching(HARMFUL)]);
  expect(readdirSync(stage.cwd)).not.toContain('pwned');
});

story('a directory and a file with names that are hard to quote', async ({ stage }) => {
  const cwd = `${stage.cwd}/it's a "dir" $(touch pwned)\n-n`;
  await stage.does(['run', '--detach', '--', 'mkdir', '--', cwd]);
  await until('it is there', () => statSync(cwd, { throwIfNoEntry: false }));
  stage.write('agent.sh', '#!/bin/sh\necho "$PWD" >>lives; [ $(wc -l <lives) -ge 4 ] && echo x >"$1"; exit 3\n', 0o755);
  const done = `do'ne $(x)`;
  await stage.does(['run', '--name', 'job', '--done-file', done, '--', '../agent.sh', done], { cwd });
  expect(statSync(join(cwd, done)).isFile()).toBe(true);
});

const TOKEN = 'sk-very-secret-0123456789';

/** Files in the state directory that contain the text. */
const holding = (stage: Stage, text: string) =>
  filesOf(stage).filter((path) => readFileSync(join(stage.where.stateDir, path)).includes(text));

const filesOf = (stage: Stage) =>
  readdirSync(stage.where.stateDir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(stage.where.stateDir.length + 1));

story('no secret of a run is left once it is complete, and the complete state is private', async ({ stage }) => {
  stage.agent('echo "$TOKEN" >>tokens; [ $n = 2 ] && echo x >done; exit 1');
  const env = { TOKEN, NOTIFY_SOCKET: '/run/nobody', WATCHDOG_PID: '1' };
  const check = ['--check', 'test "$TOKEN" && env >checked', '--progress', 'env >looked'];
  // The first run starts the watchdog, with these very variables.
  const ran = await stage.dogwatch(['run', '--name', 'job', '--done-file', 'done', ...check, '--', './agent.sh'], { env });
  expect(ran.code).toBe(0);
  expect(stage.lines('tokens')).toEqual([TOKEN, TOKEN]);
  expect(holding(stage, TOKEN)).toEqual([]);
  for (const args of [
    ['status', '--json'],
    ['history', 'job', '--json'],
    ['explain', 'job'],
    ['config', '--json'],
    ['doctor', '--json'],
  ]) {
    const { stdout, stderr } = await stage.dogwatch(args, { env });
    expect([args, stdout + stderr]).toEqual([args, expect.not.stringContaining(TOKEN)]);
  }
  for (const file of ['checked', 'looked'])
    expect(
      stage
        .lines(file)
        .filter((line) => /^(DOGWATCH_ATTEMPT|DOGWATCH_RUN|NOTIFY_SOCKET|WATCHDOG_)/.test(line) && !line.startsWith('DOGWATCH_RUN_NAME')),
    ).toEqual([]);
  expect(open(stage)).toEqual([]);
});

story('until a run is complete, its secrets are in its environment file and nowhere else', async ({ stage }) => {
  stage.agent('echo "$TOKEN" >>tokens; sleep 1000');
  await stage.does(['run', '--name', 'job', '--detach', '--', './agent.sh'], { env: { TOKEN } });
  await until('it has them', () => stage.lines('tokens').length > 0);
  expect(holding(stage, TOKEN)).toEqual([expect.stringMatching(/^environments\//)]);
  expect(open(stage)).toEqual([]);
});

/** What other users of this machine could read or enter. */
const open = (stage: Stage) =>
  ['', ...readdirSync(stage.where.stateDir, { recursive: true, encoding: 'utf8' })].filter(
    (path) => (statSync(join(stage.where.stateDir, path)).mode & 0o077) !== 0,
  );
