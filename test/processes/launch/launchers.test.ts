import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { NO_LIMITS } from '../../../src/core/model/run-spec.ts';
import { endAttempt } from '../../../src/effects/end-attempt.ts';
import { readAttempt } from '../../../src/launch/attempt/record.ts';
import { AttemptWatch } from '../../../src/launch/attempt/watch.ts';
import { NO_MANAGER, NO_TMUX } from '../../../src/launch/launchers/choose.ts';
import type { Launcher } from '../../../src/launch/launchers/launcher.ts';
import { plain } from '../../../src/launch/launchers/process.ts';
import { lines, systemdUnits } from '../../../src/launch/launchers/systemd-unit.ts';
import { TMUX_SOCKET } from '../../../src/launch/launchers/tmux.ts';
import { tmuxWindows } from '../../../src/launch/launchers/tmux-windows.ts';
import { allProcesses } from '../../../src/system/process/marks.ts';
import { isAlive, signalProcess, statOf } from '../../../src/system/process/process.ts';
import { isInUnit, ownManager, readUnit } from '../../../src/system/systemd/transient-unit.ts';
import { until, workbench } from '../../kit/workbench.ts';

const manager = ownManager();
const HOSTILE = ['$(touch pwned)', '`touch pwned`', '"; touch pwned; "', "it's", 'two\nlines', '-n', '*', '\\', '', '$10', '%n %%', 'ünï'];
const SECRET = 'sk-0123456789-very-secret';
const SLEEPER = ['sh', '-c', 'echo ready; exec sleep 1000'];

const tmux = (...args: string[]) => execFileSync('tmux', ['-L', TMUX_SOCKET, ...args], { encoding: 'utf8', stdio: 'pipe' });

interface Subject {
  readonly name: string;
  readonly launcher: Launcher | null;
  readonly why: string;
  /** Everything that others can see of what was started. */
  readonly visible: (unit: string) => string;
}

const SUBJECTS: readonly Subject[] = [
  { name: 'process', launcher: plain, why: '', visible: () => '' },
  {
    name: 'systemd',
    launcher: manager && systemdUnits(manager),
    why: NO_MANAGER,
    visible: (unit) => execFileSync('systemctl', [`--${manager}`, 'show', '--all', unit], { encoding: 'utf8' }),
  },
  {
    name: 'tmux',
    launcher: tmuxWindows(),
    why: NO_TMUX,
    visible: () =>
      tmux('show-environment', '-g') + tmux('show-environment', '-t', '=bench:') + tmux('list-panes', '-a', '-F', '#{pane_start_command}'),
  },
];

/** Launched when it is decided and, by a launcher that can, prepared before. */
const bothWays = (subject: Subject) => [
  { ...subject, usesStandbys: false },
  ...(subject.launcher?.ready === undefined ? [] : [{ ...subject, name: `${subject.name} by a standby`, usesStandbys: true }]),
];

// One contract for all: whichever launcher started a run, the rest of dogwatch sees no difference.
for (const { name, launcher, why, visible, usesStandbys } of SUBJECTS.flatMap(bothWays)) {
  describe.skipIf(launcher === null)(`an attempt started as ${name}${launcher === null ? ` (${why})` : ''}`, () => {
    const workplace = () => workbench('generic', launcher ?? plain, { usesStandbys });
    const membership = (bench: ReturnType<typeof workbench>) => {
      const { mark, shim, agent } = readAttempt(bench.files(1));
      return { mark, shim, agent, unit: readUnit(bench.files(1).unit) };
    };

    test('gets its arguments, its prompt and its variables verbatim', async () => {
      const bench = workplace();
      const environment = { PATH: process.env.PATH ?? '', A: HOSTILE.join('\n'), KEY: SECRET };
      const look =
        'process.stdout.write(JSON.stringify([process.argv.slice(1), require("fs").readFileSync(0, "utf8"), process.env.A, process.env.KEY]))';
      await bench.launch([process.execPath, '-e', look, '--', ...HOSTILE], { environment, stdin: HOSTILE.join('\n') });
      expect(await bench.end()).toMatchObject({ code: 0, signal: null });
      expect(JSON.parse(bench.log())).toEqual([HOSTILE, HOSTILE.join('\n'), HOSTILE.join('\n'), SECRET]);
      expect(readdirSync(bench.cwd)).toEqual([]);
    });

    test('has only its own variables', async () => {
      const bench = workplace();
      await bench.launch([process.execPath, '-e', 'process.stdout.write(Object.keys(process.env).sort().join())'], {
        environment: { PATH: process.env.PATH ?? '' },
      });
      await bench.end();
      expect(bench.log()).toBe('DOGWATCH_ATTEMPT,DOGWATCH_RUN,DOGWATCH_STATE_DIR,PATH,PWD');
    });

    test('starts in its directory with its umask, in the session of its shim without leading it, ignoring and blocking no signal', async () => {
      const bench = workplace();
      const look = 'pwd; umask; grep -E "Sig(Ign|Blk)" /proc/self/status; read -r stat </proc/self/stat; echo $stat; ls -l /proc/self/fd';
      await bench.launch(['sh', '-c', look], { umask: 0o027 });
      await bench.end();
      const [cwd, umask, blocked, ignored, stat, ...descriptors] = bench.log().split('\n');
      expect([cwd, umask, blocked, ignored]).toEqual([bench.cwd, '0027', 'SigBlk:\t0000000000000000', 'SigIgn:\t0000000000000000']);
      expect(stat?.split(' ')[5]).toBe(String(readAttempt(bench.files(1)).shim?.pid));
      const ours = descriptors.filter((line) => line.includes(bench.directory)).map((line) => line.split(/ -> .*\//).at(-1));
      expect(ours).toEqual(['log', 'log']);
    });

    test('writes all its output to its log, in order', async () => {
      const bench = workplace();
      await bench.launch(['sh', '-c', 'i=0; while [ $i -lt 20000 ]; do echo $i; i=$((i+1)); done; echo end >&2']);
      await bench.end();
      expect(bench.log()).toBe(`${Array.from({ length: 20_000 }, (_, i) => `${i}\n`).join('')}end\n`);
    });

    test.each([
      ['exit 3', { code: 3, signal: null }],
      ['kill -9 $$', { code: 137, signal: 'SIGKILL' }],
    ])('leaves its exit status: %s', async (command, exit) => {
      const bench = workplace();
      await bench.launch(['sh', '-c', command]);
      expect(await bench.end()).toMatchObject(exit);
    });

    test('is started once, however often that is requested', async () => {
      const bench = workplace();
      const outcomes = await Promise.all(Array.from({ length: 5 }, () => bench.launch(SLEEPER)));
      expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['claimed', 'claimed', 'claimed', 'claimed', 'started']);
      expect(await bench.launch(SLEEPER)).toEqual({ kind: 'claimed' });
      await until('it is ready', () => bench.log().includes('ready'));
      await until('the losers are gone', () => bench.marked(1).length === 2);
      expect(bench.log()).toBe('ready\n');
    });

    test('that cannot be started says why', async () => {
      const outcome = await workplace().launch(['no-such-program']);
      expect(outcome).toEqual({ kind: 'failed', because: expect.stringMatching(/no-such-program was not found/) });
    });

    test('leaves no file with its variables', async () => {
      const bench = workplace();
      await bench.start(SLEEPER, { environment: { PATH: process.env.PATH ?? '', KEY: SECRET } });
      const { directory } = bench.files(1);
      const known = ['claim', 'exit', 'log', 'mark', 'pid', 'unit'];
      await until('the files for the start are gone', () => readdirSync(directory).every((one) => known.includes(one)));
      expect(readdirSync(directory).filter((one) => readFileSync(join(directory, one), 'utf8').includes(SECRET))).toEqual([]);
    });

    test('shows its variables to nobody', async () => {
      const bench = workplace();
      await bench.start(SLEEPER, { environment: { PATH: process.env.PATH ?? '', KEY: SECRET } });
      const seen =
        execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8', maxBuffer: 2 ** 26 }) + visible(membership(bench).unit?.name ?? '');
      expect(seen).toContain('sleep 1000');
      expect(seen).not.toContain(SECRET);
    });

    test('is found by a process that did not start it, and its death is seen at once', async () => {
      const bench = workplace();
      const { attempt, command } = await bench.start(SLEEPER);
      let changes = 0;
      const watch = new AttemptWatch(attempt, { files: bench.files(1), fifo: bench.fifo }, () => changes++);
      onTestFinished(() => watch.close());
      expect(watch.pace).toBe('signalled');
      signalProcess(command, 'SIGKILL');
      await until('the death is reported', () => watch.pace === 'dead');
      expect(readAttempt(bench.files(1)).exit).toMatchObject({ code: 137, signal: 'SIGKILL' });
    });

    test('survives when its shim is killed', async () => {
      const bench = workplace();
      const { shim, command } = await bench.start(SLEEPER);
      signalProcess(shim, 'SIGKILL');
      await until('the shim is dead', () => !isAlive(shim));
      await until('its parent is another one', () => statOf(command.pid)?.ppid !== shim.pid);
      expect(isAlive(command)).toBe(true);
    });

    test('is ended with its child in another session, and its shim reports', async () => {
      const bench = workplace();
      await bench.start(['sh', '-c', 'setsid sleep 1001 & echo ready; exec sleep 1000']);
      await until('the child runs', () => bench.marked(1).some(({ argv }) => argv[1] === '1001'));
      expect((await endAttempt({ ...membership(bench), graceMs: 20_000, cwd: '/' })).kind).toBe('ended');
      expect(bench.marked(1)).toEqual([]);
      expect(readAttempt(bench.files(1)).exit).toMatchObject({ code: 143, signal: 'SIGTERM' });
    });
  });
}

test('a unit gets its limits, or none if there are none', () => {
  expect(lines({ memoryBytes: 4 * 2 ** 30, cpuPercent: 150 })).toEqual(expect.arrayContaining(['MemoryMax=4294967296', 'CPUQuota=150%']));
  expect(lines(NO_LIMITS).join('\n')).not.toMatch(/MemoryMax|CPUQuota/);
});

describe.skipIf(manager === null)(`a unit${manager === null ? ` (${NO_MANAGER})` : ''}`, () => {
  test('reveals a child that has neither the mark nor the session', async () => {
    const bench = workbench('generic', systemdUnits(manager ?? 'user'));
    await bench.start(['sh', '-c', 'env -i setsid sleep 1002 & echo ready; exec sleep 1000']);
    const unit = readUnit(bench.files(1).unit);
    const hidden = () => allProcesses().filter(({ pid, comm, mark }) => comm === 'sleep' && mark === null && unit && isInUnit(unit, pid));
    const [child] = await until('it hides', () => hidden().length === 1 && hidden());
    const { mark, shim, agent } = readAttempt(bench.files(1));
    expect((await endAttempt({ mark, shim, agent, unit, graceMs: 20_000, cwd: '/' })).kind).toBe('ended');
    expect(child && isAlive(child.identity)).toBe(false);
  });
});

describe.skipIf(tmuxWindows() === null)(`a window of tmux${tmuxWindows() === null ? ` (${NO_TMUX})` : ''}`, () => {
  const launcher = tmuxWindows() ?? plain;
  const windows = () => {
    try {
      return tmux('list-panes', '-a', '-F', '#{session_name} #{pane_pid}').split('\n');
    } catch {
      return [];
    }
  };

  test('shows what the attempt writes, can be closed without ending it, and is closed with it', async () => {
    const bench = workbench('generic', launcher);
    const name = `watched.${bench.run}`;
    const session = name.replace('.', '_');
    const { shim, command } = await bench.start(['sh', '-c', 'echo ready for all to see; exec sleep 1000'], { runName: name });
    const pane = windows().find((line) => line.startsWith(`${session} `));
    expect(pane).toBe(`${session} ${statOf(shim.pid)?.ppid}`);
    await until('it is shown', () => tmux('capture-pane', '-p', '-t', `=${session}:`).includes('ready for all to see'));
    tmux('kill-session', '-t', `=${session}`);
    await until('the window is gone', () => !windows().includes(pane ?? ''));
    expect([isAlive(shim), isAlive(command)]).toEqual([true, true]);
    signalProcess(command, 'SIGTERM');
    expect(await bench.end()).toMatchObject({ code: 143, signal: 'SIGTERM' });
  });

  test('of the next attempt is in the same session, which ends with the last one', async () => {
    const bench = workbench('generic', launcher);
    const starts = [1, 2].map((attempt) => bench.start(SLEEPER, { runName: bench.run, attempt }));
    const [one, two] = await Promise.all(starts);
    expect(windows().filter((line) => line.startsWith(`${bench.run} `))).toHaveLength(2);
    for (const start of [one, two]) start && signalProcess(start.command, 'SIGKILL');
    await until('the session is gone', () => !windows().some((line) => line.startsWith(`${bench.run} `)));
  });
});
