import { spawn } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { PROGRAM, type Stage, story } from '../../kit/stage.ts';
import { until } from '../../kit/until.ts';

const LAUNCHER = fileURLToPath(new URL('../../../src/launcher.mjs', import.meta.url));
const PROBE = fileURLToPath(new URL('heap-probe.mjs', import.meta.url));
/** Entry point and flags; what a watchdog needs is a hundred times as much. */
const MOST_BYTES = 10_000;

interface Probed {
  readonly argv: readonly string[];
  /** In the order in which they were set. */
  readonly flags: readonly string[];
  /** The files that were loaded before the first of them was set. */
  readonly loadedFirst: readonly string[];
}

/** The ways in which a watchdog starts, each with what it runs as. Returns its pid. */
const WAYS: Readonly<Record<string, { readonly argv: string; readonly start: (stage: Stage, env: Env) => Promise<number> }>> = {
  'dogwatch watch': { argv: 'watch', start: async (stage, env) => (await stage.watch({ env })).pid },
  'dogwatch watch in a checkout': {
    argv: 'watch',
    start: async (stage, env) => {
      const child = spawn(process.execPath, [LAUNCHER, 'watch'], { env: { ...stage.env, ...env }, stdio: 'ignore' });
      return until('the watchdog is at work', () => [stage.watchdog()?.pid].find((pid) => pid !== undefined && pid === child.pid));
    },
  },
  'dogwatch run --detach': {
    argv: 'watch --until-idle',
    start: async (stage, env) => {
      await stage.does(['run', '--detach', '--name', 'job', '--', 'sleep', '1000'], { env });
      return until('the watchdog is at work', () => stage.watchdog()?.pid);
    },
  },
  'dogwatch watch --replace --detach': {
    argv: 'watch --replace',
    start: async (stage, env) => {
      const first = await stage.watch();
      await stage.does(['watch', '--replace', '--detach'], { env });
      return until('it has taken over', () => [stage.watchdog()?.pid].find((pid) => pid !== undefined && pid !== first.pid));
    },
  },
  'the unit of systemd': {
    argv: 'watch --replace',
    start: async (stage, env) => {
      const { stdout } = await stage.does(['systemd', 'print']);
      const [, node, program, words = ''] = /^ExecStart=(\S+) (\S+) (watch.*)$/m.exec(stdout) ?? [];
      expect([node, program]).toEqual([process.execPath, PROGRAM]);
      const [, ...args] = words.split(' ');
      return (await stage.watch({ env }, args)).pid;
    },
  },
};

type Env = Readonly<Record<string, string>>;

for (const [way, { argv, start }] of Object.entries(WAYS))
  story(`${way}: V8 is told to keep the heap small before anything large is loaded`, async ({ stage }) => {
    const out = join(stage.directory, 'probed');
    const pid = await start(stage, { NODE_OPTIONS: `--import ${PROBE}`, HEAP_PROBE: out });
    const probed: Probed = JSON.parse(readFileSync(`${out}.${pid}`, 'utf8'));
    expect(probed.argv.join(' ')).toBe(argv);
    expect(probed.flags).toEqual(expect.arrayContaining(['--heap-growing-percent=30', '--semi-space-growth-factor=1']));
    const bytes = probed.loadedFirst.map((name) => statSync(join(dirname(PROGRAM), name)).size);
    expect(
      bytes.reduce((sum, size) => sum + size, 0),
      probed.loadedFirst.join(', '),
    ).toBeLessThan(MOST_BYTES);
  });
