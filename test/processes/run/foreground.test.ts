import { expect } from 'vitest';
import { identify, isAlive } from '../../../src/system/process/process.ts';
import { ended, story } from '../../kit/stage.ts';
import { until } from '../../kit/until.ts';

const RUN = ['run', '--name', 'job', '--done-file', 'done', '--', './agent.sh'];

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  story(`${signal} ends the view, not the run, and says how to continue`, async ({ stage }) => {
    stage.agent('[ $n = 1 ] && while [ ! -e go ]; do sleep 0.05; done; echo x >done');
    const child = stage.start(RUN);
    const end = ended(child);
    await stage.inState('working');
    const agent = identify(stage.lives()[0]!.pid)!;
    child.kill(signal);
    const { code, stderr } = await end;
    expect(code).toBe(130);
    for (const command of ['logs -f job', 'pause job', 'stop job']) expect(stderr).toContain(`dogwatch ${command}`);
    expect([isAlive(agent), stage.watchdog() !== null]).toEqual([true, true]);
    stage.write('go', '');
    await stage.inState('complete');
  });

story('a Ctrl-C in a terminal, sent to its process group, reaches neither agent nor watchdog', async ({ stage }) => {
  stage.agent('exec sleep 1000');
  const child = stage.start(RUN, {}, { detached: true });
  const end = ended(child);
  await stage.inState('working');
  process.kill(-child.pid!, 'SIGINT');
  expect((await end).code).toBe(130);
  expect([isAlive(identify(stage.lives()[0]!.pid)!), stage.watchdog() !== null]).toEqual([true, true]);
});

story('it shows the log and the decisions, and ends as the run does', async ({ stage }) => {
  stage.agent('echo "line of life $n"; [ $n = 2 ] && echo x >done; exit 7');
  const { code, stdout, stderr } = await stage.dogwatch(RUN);
  const shown = stdout + stderr;
  expect(code).toBe(0);
  for (const text of ['line of life 1', 'line of life 2', 'ended with status 7', 'job is complete']) expect(shown).toContain(text);
  // The end of the log is shown as well, although the run ended with the agent's death.
  expect(shown.match(/line of life/g)).toHaveLength(2);
});

story('a stopped run ends the view with 1, one that needs a person with 3', async ({ stage }) => {
  stage.agent('exec sleep 1000');
  const view = stage.dogwatch(RUN);
  await stage.inState('working');
  await stage.does(['stop', 'job']);
  expect((await view).code).toBe(1);
  const blocked = ['--name', 'blocked', '--done-file', 'none', '--', 'sh', '-c', 'dogwatch blocked --because "no key"; sleep 1000'];
  const ran = await stage.dogwatch(['run', ...blocked]);
  expect([ran.code, ran.stdout + ran.stderr]).toEqual([3, expect.stringContaining('no key')]);
});

story('with --json every line of stdout is an object', async ({ stage }) => {
  stage.agent('echo plain words; printf "\\033[31mred\\033[0m\\n"; [ $n = 2 ] && echo x >done; exit 0');
  const { code, stdout } = await stage.dogwatch(['run', '--json', ...RUN.slice(1)]);
  expect(code).toBe(0);
  const objects = stdout
    .split('\n')
    .slice(0, -1)
    .map((line): unknown => JSON.parse(line));
  expect(objects[0]).toEqual({ run: 'job', id: 'job.1' });
  expect(objects.length).toBeGreaterThan(3);
});

story('the prompt reaches a command on standard input, each time it runs; without a prompt it reads nothing', async ({ stage }) => {
  stage.agent('cat >got-$n; [ $n = 2 ] && echo x >done; exit 0');
  const prompt = 'Upgrade "all" $(now)\nand say so';
  await stage.does(['run', '--prompt', prompt, ...RUN.slice(1)]);
  await until('it is over', () => stage.run()?.attempt?.alive === false);
  // The last line has no line end.
  expect([stage.lines('got-1'), stage.lines('got-2')]).toEqual([['Upgrade "all" $(now)'], ['Upgrade "all" $(now)']]);
  expect(stage.lives()).toHaveLength(2);
  await stage.does(['run', '--name', 'silent', '--', 'sh', '-c', 'cat >silent']);
  expect(stage.lines('silent')).toEqual([]);
});
