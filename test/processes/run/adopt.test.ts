import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { expect, onTestFinished } from 'vitest';
import type { ProcessIdentity } from '../../../src/core/model/facts.ts';
import { identify, isAlive, signalProcess } from '../../../src/system/process/process.ts';
import { type Stage, staged, story } from '../../kit/stage.ts';
import { until } from '../../kit/until.ts';

/**
 * A process that someone else started, with a variable of its own, in a directory other than the
 * one in which dogwatch is called.
 */
async function foreign(stage: Stage, ...argv: readonly string[]): Promise<ProcessIdentity> {
  const env = { ...stage.env, TASTE: 'salty' };
  const child = spawn(stage.file(argv[0]!), argv.slice(1), { cwd: stage.cwd, env, stdio: 'ignore', detached: true });
  child.once('exit', () => {});
  return until('it runs', () => stage.lives().length > 0 && identify(child.pid!));
}

/** Waits in its first life until it is killed, and reports its environment in the second. */
const agent = (stage: Stage) =>
  stage.agent('[ $n = 1 ] && { mkfifo never; read -r line <>never; }; echo "$TASTE $*" >seen; echo x >done; exit 0');

const ELSEWHERE = { cwd: '/' };

const adopt = (stage: Stage, ...args: string[]) => stage.dogwatch(['adopt', '--name', 'job', '--detach', ...args], ELSEWHERE);

for (const by of ['--pid', '--match'] as const)
  story(`a process adopted by ${by} is watched, and restarted unchanged when it dies`, async ({ stage }) => {
    agent(stage);
    const only = `this story only ${stage.directory}`;
    const adopted = await foreign(stage, 'agent.sh', 'one $(two)', only);
    const { code } = await adopt(stage, by, by === '--pid' ? String(adopted.pid) : only, '--done-file', 'done');
    expect([code, isAlive(adopted), stage.run()?.attempt?.agent]).toEqual([0, true, adopted]);
    // The next watchdog continues to watch it.
    await stage.kill(stage.watchdog()!);
    await stage.watch();
    expect(isAlive(adopted)).toBe(true);
    signalProcess(adopted, 'SIGKILL');
    await stage.inState('complete');
    expect(stage.lines('seen')).toEqual([`salty one $(two) ${only}`]);
    expect(stage.lives().length).toBe(2);
    expect(stage.run()?.attempt?.number).toBe(2);
  });

story('an adopted process is stopped with all its descendants', async ({ stage }) => {
  stage.agent('sleep 1000 & sleep 1000; :');
  const adopted = await foreign(stage, 'agent.sh');
  expect((await adopt(stage, '--pid', String(adopted.pid), '--done-file', 'done')).code).toBe(0);
  await stage.does(['stop', 'job']);
  expect(stage.processes().filter(({ pid }) => pid !== stage.watchdog()?.pid)).toEqual([]);
});

story('what cannot be adopted is refused, and nothing is registered', async ({ stage }) => {
  stage.agent('mkfifo never-$$; read -r line <>never-$$');
  const only = `twice ${stage.directory}`;
  const one = await foreign(stage, 'agent.sh', only);
  const other = await foreign(stage, 'agent.sh', only);
  const dead = await foreign(stage, 'agent.sh');
  await stage.kill(dead);
  const sign = ['--done-file', 'done'];
  const rows: readonly (readonly [readonly string[], string])[] = [
    [['--match', only, ...sign], `${Math.min(one.pid, other.pid)}`],
    [['--match', `${stage.directory} nobody`, ...sign], 'no process with the text'],
    [['--pid', String(dead.pid), ...sign], `${dead.pid}`],
    [['--pid', String(one.pid)], '--done-file'],
    [['--pid', 'x1', ...sign], 'expected a process id'],
    [sign, 'one of --pid, --match and --unit'],
    [['--pid', '1', '--match', 'x', ...sign], 'one of --pid, --match and --unit'],
  ];
  const ran = await Promise.all(rows.map(([args]) => adopt(stage, ...args)));
  expect(ran.map(({ code, stderr }) => [code, stderr])).toEqual(rows.map(([, text]) => [64, expect.stringContaining(text)]));
  expect([stage.run(), stage.watchdog()]).toEqual([null, null]);
  expect([isAlive(one), isAlive(other)]).toEqual([true, true]);
});

story('a watched process is not adopted a second time', async ({ stage }) => {
  stage.agent('mkfifo never-$$; read -r line <>never-$$');
  await stage.does(['run', '--detach', '--name', 'own', '--done-file', 'done', '--', './agent.sh']);
  const own = await until('it runs', () => identify(stage.lives()[0]?.pid ?? 0));
  const refused = await adopt(stage, '--pid', String(own.pid), '--done-file', 'done');
  expect([refused.code, refused.stderr]).toEqual([64, expect.stringContaining('it belongs to the run own')]);
  const pid = String((await foreign(stage, 'agent.sh')).pid);
  const both = await Promise.all(
    ['one', 'two'].map((name) => stage.dogwatch(['adopt', '--name', name, '--pid', pid, '--done-file', 'done', '--detach'])),
  );
  expect(both.map(({ code }) => code).sort()).toEqual([0, 64]);
  expect(both.map(({ stderr }) => stderr).join()).toMatch(/the run (one|two) watches this process already/);
  expect(['one', 'two', 'job'].filter((name) => stage.run(name) !== null)).toHaveLength(1);
});

// Only root can start another user's process, and only root could have restarted its command as
// itself.
staged.skipIf(process.getuid?.() !== 0)(
  'another user’s process that looks like the run is neither found nor adopted',
  async ({ stage }) => {
    stage.agent('mkfifo never-$$; read -r line <>never-$$');
    const only = `opencode run ${stage.directory}`;
    const child = spawn('/bin/sh', ['-c', 'sleep 1000; :', only], { cwd: '/', stdio: 'ignore', uid: 65_534, gid: 65_534, env: stage.env });
    onTestFinished(() => void child.kill('SIGKILL'));
    const theirs = await until('it runs', () => identify(child.pid!));
    const sign = ['--done-file', 'done'];
    const nobody = await adopt(stage, '--match', only, ...sign);
    expect([nobody.code, nobody.stderr]).toEqual([64, expect.stringContaining('no process with the text')]);
    const refused = await adopt(stage, '--pid', String(theirs.pid), ...sign);
    expect([refused.code, refused.stderr]).toEqual([64, expect.stringContaining('it belongs to user 65534, this is user 0')]);
    const own = await foreign(stage, 'agent.sh', only);
    expect((await adopt(stage, '--match', only, ...sign)).code).toBe(0);
    expect([stage.run()?.attempt?.agent, isAlive(theirs)]).toEqual([own, true]);
  },
);

staged.skipIf(process.getuid?.() !== 0)(
  'a process in a container is not adopted: its command would be started outside',
  async ({ stage }) => {
    const only = `in a container ${stage.directory}`;
    const child = spawn('unshare', ['--pid', '--fork', '--kill-child', '/bin/sh', '-c', 'echo $0; sleep 1000; :', only], {
      cwd: '/',
      stdio: ['ignore', 'pipe', 'ignore'],
      env: stage.env,
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    await once(child.stdout, 'data');
    const inside = Number(readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8'));
    const refused = await adopt(stage, '--pid', String(inside), '--done-file', 'done');
    expect([refused.code, refused.stderr]).toEqual([64, expect.stringContaining('it is in a container')]);
    expect(stage.run()).toBe(null);
  },
);
