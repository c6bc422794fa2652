import { readdirSync, readFileSync, statSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { claimForNobody, readAttempt } from '../../../src/launch/attempt/record.ts';
import { cleanEnvironment } from '../../../src/system/command/clean-environment.ts';
import { identify, isAlive } from '../../../src/system/process/process.ts';
import { until, workbench } from '../../kit/workbench.ts';

const HOSTILE = ['$(touch pwned)', '`touch pwned`', '"; touch pwned; "', "it's", 'two\nlines', '-n', '*', '\\', '', '$10', 'ünï'];

describe('an attempt', () => {
  test.each([
    ['exit 0', { code: 0, signal: null }],
    ['exit 3', { code: 3, signal: null }],
    ['exit 145', { code: 145, signal: null }],
    ['kill -TERM $$', { code: 143, signal: 'SIGTERM' }],
    ['kill -9 $$', { code: 137, signal: 'SIGKILL' }],
  ])('leaves its exit status: %s', async (command, exit) => {
    const bench = workbench();
    await bench.launch(['sh', '-c', command]);
    expect(await bench.end()).toMatchObject(exit);
  });

  test('gets its arguments verbatim', async () => {
    const bench = workbench();
    await bench.launch([process.execPath, '-e', 'process.stdout.write(JSON.stringify(process.argv.slice(1)))', '--', ...HOSTILE]);
    await bench.end();
    expect(JSON.parse(bench.log())).toEqual(HOSTILE);
    expect(readdirSync(bench.cwd)).toEqual([]);
    expect(readAttempt(bench.files(1)).argv.slice(-HOSTILE.length)).toEqual(HOSTILE);
  });

  test('gets its prompt verbatim on stdin, followed by end of file', async () => {
    const bench = workbench();
    const prompt = `${HOSTILE.join('\n')}\n\nno newline at the end`;
    await bench.launch(['cat'], { stdin: prompt });
    await bench.end();
    expect(bench.log()).toBe(prompt);
  });

  test('reads nothing from stdin without a prompt', async () => {
    const bench = workbench();
    await bench.launch(['sh', '-c', 'cat; echo end; readlink /proc/self/fd/0']);
    await bench.end();
    expect(bench.log()).toBe('end\n/dev/null\n');
  });

  test('writes stdout and stderr to its log in order', async () => {
    const bench = workbench();
    await bench.launch(['sh', '-c', 'echo one; echo two >&2; echo three']);
    await bench.end();
    expect(bench.log()).toBe('one\ntwo\nthree\n');
  });

  test('gets its variables, its mark, and dogwatch at the end of PATH', async () => {
    const bench = workbench();
    const environment = { PATH: '/usr/bin:/bin', A: 'a\nb "c" $(d)', NOTIFY_SOCKET: '/x', WATCHDOG_PID: '1', DOGWATCH_RUN: 'outer' };
    await bench.launch([process.execPath, '-e', 'process.stdout.write(JSON.stringify(process.env))'], { environment });
    await bench.end();
    const { A, PATH, DOGWATCH_ATTEMPT, DOGWATCH_RUN, ...rest } = JSON.parse(bench.log());
    expect({ A, PATH, DOGWATCH_ATTEMPT, DOGWATCH_RUN }).toEqual({
      A: environment.A,
      PATH: expect.stringMatching(/^\/usr\/bin:\/bin:\/.*\/bin$/),
      DOGWATCH_ATTEMPT: bench.mark(1),
      DOGWATCH_RUN: 'bench',
    });
    expect(Object.keys(rest).filter((name) => /NOTIFY|WATCHDOG/.test(name))).toEqual([]);
    expect(cleanEnvironment({ ...environment, DOGWATCH_ATTEMPT: 'x' })).toEqual({ PATH: environment.PATH, A: environment.A });
  });

  test('starts in its directory, with its umask, without the FIFO, ignoring and blocking no signal, in the session of its shim', async () => {
    const bench = workbench();
    const look = 'pwd; umask; grep -E "Sig(Ign|Blk)" /proc/self/status; read -r stat </proc/self/stat; echo $stat; ls -l /proc/self/fd';
    await bench.launch(['sh', '-c', look], { umask: 0o027 });
    await bench.end();
    const [cwd, umask, blocked, ignored, stat, ...descriptors] = bench.log().split('\n');
    expect([cwd, umask, blocked, ignored]).toEqual([bench.cwd, '0027', 'SigBlk:\t0000000000000000', 'SigIgn:\t0000000000000000']);
    expect(descriptors.filter((line) => line.includes(bench.directory)).map((line) => line.split(/ -> .*\//).at(-1))).toEqual([
      'log',
      'log',
    ]);
    const { shim } = readAttempt(bench.files(1));
    expect(stat?.split(' ').slice(4, 6)).toEqual([String(shim?.pid), String(shim?.pid)]);
  });

  test('has files that only its user can read', async () => {
    const bench = workbench();
    await bench.launch(['true'], { stdin: 'x', umask: 0 });
    await bench.end();
    const { directory } = bench.files(1);
    expect(readdirSync(directory).sort()).toEqual(['claim', 'exit', 'log', 'mark', 'pid', 'prompt']);
    for (const name of readdirSync(directory)) expect([name, statSync(`${directory}/${name}`).mode & 0o777]).toEqual([name, 0o600]);
    expect(statSync(directory).mode & 0o777).toBe(0o700);
  });

  test('reports even if a signal hit its whole group', async () => {
    const bench = workbench();
    const { shim } = await bench.start(['sh', '-c', 'echo ready; sleep 1000']);
    process.kill(-shim.pid, 'SIGTERM');
    expect(await bench.end()).toMatchObject({ code: 143, signal: 'SIGTERM' });
  });

  test('is described by its record: shim, command, mark', async () => {
    const bench = workbench();
    const { shim, command } = await bench.start(['sh', '-c', 'echo ready; exec sleep 1000']);
    expect(identify(shim.pid)).toEqual(shim);
    expect(identify(command.pid)).toEqual(command);
    expect(readAttempt(bench.files(1))).toMatchObject({ claimed: true, exit: null, mark: bench.mark(1) });
    // Between the two images of an exec, the kernel shows no environment for a moment.
    await until('both carry the mark', () => bench.marked(1).length === 2);
    expect(bench.marked(1).map(({ pid }) => pid)).toEqual([shim.pid, command.pid]);
  });
});

describe('a claim', () => {
  test('is exclusive: of 20 concurrent starts one wins', async () => {
    const bench = workbench();
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => bench.launch(['sh', '-c', 'echo ready; exec sleep 1000'])));
    expect(outcomes.filter(({ kind }) => kind === 'started')).toHaveLength(1);
    expect(outcomes.filter(({ kind }) => kind === 'claimed')).toHaveLength(19);
    await until('it is ready', () => bench.log().includes('ready'));
    await until('the losers are gone', () => bench.marked(1).length === 2);
    expect(bench.log()).toBe('ready\n');
  });

  test('for nobody prevents any start, and fails once it was started', async () => {
    const bench = workbench();
    expect(claimForNobody(bench.files(1))).toBe(true);
    expect(await bench.launch(['true'])).toEqual({ kind: 'claimed' });
    expect(readAttempt(bench.files(1))).toMatchObject({ claimed: true, shim: null, exit: null });
    expect((await bench.launch(['true'], { attempt: 2 })).kind).toBe('started');
    expect(claimForNobody(bench.files(2))).toBe(false);
  });
});

describe('a start that fails', () => {
  test.each([
    ['no program', ['no-such-program', 'x'], {}, /no-such-program was not found in PATH \(.*\); install it/],
    ['no file', ['./nothing'], {}, /nothing does not exist or is not a file; check the command/],
    ['a directory', ['/tmp'], {}, /\/tmp does not exist or is not a file/],
    ['not executable', ['/etc/passwd'], {}, /\/etc\/passwd is not executable; chmod \+x it/],
    ['no command', [], {}, /the command is empty/],
    ['no directory', ['true'], { cwd: '/no/such/place' }, /the working directory \/no\/such\/place is gone/],
    ['too long', ['echo', 'x'.repeat(200_000)], {}, /E2BIG/],
  ])('says why: %s', async (_, argv, plan, because) => {
    const outcome = await workbench().launch(argv, plan);
    expect(outcome).toEqual({ kind: 'failed', because: expect.stringMatching(because) });
  });

  test('that only the kernel can detect ends with 127 and the reason in the log', async () => {
    const bench = workbench();
    await bench.launch([bench.script('broken', '#!/no/such/interpreter\n')]);
    expect(await bench.end()).toMatchObject({ code: 127, signal: null });
    expect(bench.log()).toMatch(/broken: not found/);
  });

  test('leaves no process', async () => {
    const bench = workbench();
    await bench.launch(['true']);
    await bench.end();
    const { shim } = readAttempt(bench.files(1));
    await until('the shim is gone', () => shim !== null && !isAlive(shim));
    expect(readFileSync(bench.files(1).exit, 'utf8')).toBe('0              \n');
  });
});
