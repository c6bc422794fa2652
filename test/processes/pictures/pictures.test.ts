import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NEVER_SHORT } from '../../kit/never-short.ts';
import { PROGRAM } from '../../kit/stage.ts';
import { type Shown, screenOf } from './screen.ts';

const hasScript = spawnSync('script', ['--version']).status === 0;

/** The pictures of the README, by file. */
const PICTURES: Readonly<Record<string, Shown>> = {
  status: {
    command: ['status'],
    columns: 110,
    rows: 30,
    word: 'release-notes',
    title: 'dogwatch status: five runs, with their states and what happens next',
  },
  top: {
    command: ['top'],
    columns: 110,
    rows: 18,
    word: 'release-notes',
    title: 'dogwatch top: the same runs live, with keys that act on them',
  },
};

const HOURS = 3_600_000;
/** A limit that resets in some hours, at a full one. */
const reset = new Date(Math.ceil(Date.now() / HOURS) * HOURS + 2 * HOURS).toISOString();

/** Agents of shell: the name of the run, what it does, and options. */
const RUNS: readonly (readonly [string, string, readonly string[]])[] = [
  ['upgrade-all', 'git commit -qm "Upgrade the first package" --allow-empty; while :; do echo "compiling"; sleep 0.3; done', []],
  ['docs-sweep', `echo "Rate limit: the weekly limit resets ${reset}"; exit 1`, ['--pattern', 'limit=^Rate limit: .* resets']],
  ['nightly-deps', `"${process.execPath}" "${PROGRAM}" blocked --because "the npm token has expired"; sleep 300`, []],
  ['flaky-tests', 'exit 1', []],
  ['release-notes', 'true', ['--done-exit']],
];

describe.skipIf(!hasScript)(`the pictures of the README${hasScript ? '' : ': script is not installed'}`, () => {
  let scratch = '';
  const env = () => ({
    PATH: process.env.PATH,
    HOME: scratch,
    LANG: 'C.UTF-8',
    TZ: 'UTC',
    DOGWATCH_STATE_DIR: join(scratch, 'state'),
    DOGWATCH_BALLAST: '0',
    DOGWATCH_PRERECLAIM: '0',
    DOGWATCH_DOCKER_HOSTS: 'none',
    DOGWATCH_BACKOFF_MIN: '3m',
    ...NEVER_SHORT,
  });
  const dogwatch = (cwd: string, ...words: string[]) =>
    spawnSync(process.execPath, [PROGRAM, ...words], { encoding: 'utf8', cwd, env: env() });
  beforeAll(() => {
    scratch = mkdtempSync(join(tmpdir(), 'dogwatch-pictures-'));
    for (const [name, script, options] of RUNS) {
      const cwd = join(scratch, 'src', name);
      mkdirSync(cwd, { recursive: true });
      for (const words of [
        ['init', '-q'],
        ['config', 'user.name', 'x'],
        ['config', 'user.email', 'x@localhost'],
      ])
        spawnSync('git', words, { cwd });
      dogwatch(
        cwd,
        'run',
        '--detach',
        '--name',
        name,
        ...(options.includes('--done-exit') ? [] : ['--done-file', 'done']),
        ...options,
        '--',
        'sh',
        '-c',
        script,
      );
    }
    dogwatch(scratch, 'wait', 'nightly-deps', '--for', 'escalated', '--timeout', '30s');
    dogwatch(scratch, 'wait', 'docs-sweep', '--for', 'waiting', '--timeout', '30s');
    dogwatch(scratch, 'wait', 'release-notes', '--timeout', '30s');
    dogwatch(scratch, 'wait', 'upgrade-all', '--for', 'working', '--timeout', '30s');
  });
  afterAll(() => {
    dogwatch(scratch, 'stop', '--all', '--yes');
    rmSync(scratch, { recursive: true, force: true });
  });

  test.each(Object.entries(PICTURES))('%s', async (name, shown) => {
    const svg = await screenOf({ ...shown, command: [process.execPath, PROGRAM, ...shown.command] }, env());
    for (const [run] of RUNS) expect(svg).toContain(run);
    const file = new URL(`${name}.svg`, import.meta.url);
    if (process.env.PICTURES === '1') writeFileSync(file, svg.replaceAll(scratch, '/home/op'));
    expect(readFileSync(file, 'utf8')).toMatch(/^<svg [^>]*viewBox="0 0 \d+ \d+"/);
  });
});
