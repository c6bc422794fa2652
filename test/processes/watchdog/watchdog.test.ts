import { closeSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { expect } from 'vitest';
import type { ProcessIdentity } from '../../../src/core/model/facts.ts';
import { identify, isAlive, signalProcess } from '../../../src/system/process/process.ts';
import { ended, type Stage, story } from '../../kit/stage.ts';
import { until } from '../../kit/until.ts';

/** The first life waits to be killed; the second is the last. */
const TWO_LIVES = '[ $n = 1 ] && exec sleep 1000; echo x >done';
const RUN = ['run', '--detach', '--name', 'job', '--done-file', 'done', '--', './agent.sh'];

const attempts = (stage: Stage) => stage.lives().map(({ attempt }) => attempt);

const firstAgent = (stage: Stage) => until('the agent runs', () => identify(stage.lives()[0]?.pid ?? 0));

/** What holds for every journal, whatever was killed. */
function sound(stage: Stage): void {
  const seqs = stage.history().map(({ seq }) => seq);
  expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b));
  expect(stage.lives().filter(({ overlaps }) => overlaps)).toEqual([]);
  expect(attempts(stage)).toEqual([...new Set(attempts(stage))]);
  expect(open(stage)).toBe(0);
}

story('a watchdog takes over a killed one’s attempt: it is not started twice, and its death is seen', async ({ stage }) => {
  stage.agent(TWO_LIVES);
  await stage.does(RUN);
  const agent = await firstAgent(stage);
  await stage.inState('working');
  const first = stage.watchdog()!;
  await stage.kill(first);
  const second = await stage.watch();
  await until('the new one has spoken', () => stage.run()?.state === 'working' && isAlive(second));
  await stage.does(['pause', 'job']);
  await stage.does(['unpause', 'job']);
  expect([isAlive(agent), attempts(stage)]).toEqual([true, [1]]);
  signalProcess(agent, 'SIGKILL');
  await stage.inState('complete');
  expect(attempts(stage)).toEqual([1, 2]);
  expect(stage.history().find(({ observation }) => observation.kind === 'process.exited')?.observation).toMatchObject({
    signal: 'SIGKILL',
  });
  sound(stage);
});

story('the next watchdog knows how an attempt ended while none lived', async ({ stage }) => {
  stage.agent('[ $n = 1 ] && { while [ ! -e go ]; do sleep 0.05; done; exit 42; }; echo x >done');
  await stage.does(RUN);
  await firstAgent(stage);
  await stage.kill(stage.watchdog()!);
  stage.write('go', '');
  await until('the attempt has ended', () => stage.attempt(1).exit);
  expect(attempts(stage)).toEqual([1]);
  await stage.watch();
  await stage.inState('complete');
  expect(stage.history().find(({ observation }) => observation.kind === 'process.exited')?.observation).toMatchObject({ code: 42 });
  sound(stage);
});

story('kill -9 of the watchdog at many moments loses nothing and does nothing twice', async ({ stage }) => {
  stage.agent('sleep 0.0$((n % 7)); [ -e enough ] && echo x >done; exit 0');
  await stage.does(RUN, { env: { DOGWATCH_MAX_RESUMES: '400', DOGWATCH_BACKOFF_MAX: '60ms' } });
  for (let kills = 0; kills < 16; kills++) {
    const goal = stage.lives().length + (kills % 3);
    const watchdog = stage.watchdog() ?? (await stage.watch());
    await until('it has got on', () => stage.lives().length >= goal);
    // Chance decides where in its work that is: these few ms cover a complete resume.
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 40));
    await stage.kill(watchdog);
  }
  stage.write('enough', '');
  await stage.watch();
  await stage.inState('complete');
  await until('what was left open is settled', () => open(stage) === 0);
  expect(attempts(stage).length).toBeGreaterThan(16);
  sound(stage);
});

function open(stage: Stage): number {
  const db = new DatabaseSync(stage.where.database, { readOnly: true });
  const rows = db.prepare('SELECT id FROM actions WHERE settled IS NULL').all();
  db.close();
  return rows.length;
}

story('a second watchdog names the running one, and ends', async ({ stage }) => {
  const { pid } = await stage.watch();
  const second = await stage.dogwatch(['watch']);
  expect([second.code, second.stderr]).toEqual([75, expect.stringContaining(`process ${pid}`)]);
  expect(stage.watchdog()?.pid).toBe(pid);
});

story('many runs at once without a living watchdog: one watchdog starts, and all runs are registered', async ({ stage }) => {
  const names = Array.from({ length: 20 }, (_, index) => `run-${index}`);
  const ran = await Promise.all(
    names.map((name) => stage.dogwatch(['run', '--detach', '--name', name, '--', 'sh', '-c', `echo ${name} >>started; sleep 1000`])),
  );
  expect(ran.filter(({ code }) => code !== 0)).toEqual([]);
  await until('all were started', () => stage.lines('started').length >= names.length);
  expect([...stage.lines('started')].sort()).toEqual([...names].sort());
  await until('all are known to live', () => names.every((name) => stage.run(name)?.attempt?.alive === true));
  const db = new DatabaseSync(stage.where.database, { readOnly: true });
  const { fence } = db.prepare('SELECT fence FROM lease').get() as { fence: number };
  db.close();
  expect(fence).toBe(1);
});

story('one name from many at once: one is registered, the others are refused', async ({ stage }) => {
  const ran = await Promise.all(
    Array.from({ length: 5 }, () => stage.dogwatch(['run', '--detach', '--name', 'job', '--', 'sh', '-c', 'echo x >>started; sleep 1000'])),
  );
  expect(ran.map(({ code }) => code).sort()).toEqual([0, 64, 64, 64, 64]);
  expect(ran.filter(({ code }) => code === 64).every(({ stderr }) => stderr.includes('the run job cannot be registered'))).toBe(true);
  await until('it was started', () => stage.lines('started').length > 0);
  expect(stage.lines('started')).toEqual(['x']);
});

story('runs without a name get one each, even when they start at once', async ({ stage }) => {
  const ran = await Promise.all(
    Array.from({ length: 4 }, (_, index) => stage.dogwatch(['run', '--detach', '--', 'sleep', `${1000 + index}`])),
  );
  expect(ran.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
  expect(['work', 'work-2', 'work-3', 'work-4'].filter((name) => stage.run(name) === null)).toEqual([]);
});

story('a watchdog that is asked to end leaves the agent running, and none of its own checks', async ({ stage }) => {
  stage.agent(TWO_LIVES);
  const child = stage.start(['watch'], {});
  const end = ended(child);
  await until('it runs', () => stage.watchdog()?.pid === child.pid);
  await stage.does(['run', '--progress', 'echo $$ >looking; exec sleep 1000', ...RUN.slice(1)]);
  const agent = await firstAgent(stage);
  const looking = await until('it looks for progress', () => identify(Number(stage.lines('looking')[0])));
  await stage.inState('working');
  child.kill('SIGTERM');
  expect((await end).code).toBe(0);
  await until('no check is left', () => !isAlive(looking));
  expect([isAlive(agent), stage.watchdog(), stage.run()?.attempt?.alive]).toEqual([true, null, true]);
});

story('a stopped watchdog keeps its requests, and the command says so', async ({ stage }) => {
  stage.agent(TWO_LIVES);
  await stage.does(RUN);
  const watchdog = stage.watchdog()!;
  signalProcess(watchdog, 'SIGSTOP');
  const asked = await stage.dogwatch(['pause', 'job']);
  expect([asked.code, asked.stderr]).toEqual([75, expect.stringContaining('does not answer')]);
  expect(stage.run()?.paused).toBe(null);
  signalProcess(watchdog, 'SIGCONT');
  await until('the request is followed nonetheless', () => stage.run()?.paused);
});

story('a watchdog whose output is on a full disk continues', async ({ stage }) => {
  stage.agent(TWO_LIVES);
  const full = openSync('/dev/full', 'w');
  stage.start(['watch'], {}, { stdio: ['ignore', full, full] });
  closeSync(full);
  const watchdog = await until('it runs', () => stage.watchdog());
  await goesOn(stage, watchdog);
});

story('a watchdog whose reader is gone continues', async ({ stage }) => {
  stage.agent(TWO_LIVES);
  const { stdout, stderr } = stage.start(['watch']);
  stdout?.destroy();
  stderr?.destroy();
  const watchdog = await until('it runs', () => stage.watchdog());
  await goesOn(stage, watchdog);
});

async function goesOn(stage: Stage, watchdog: ProcessIdentity): Promise<void> {
  await stage.does(RUN);
  signalProcess(await firstAgent(stage), 'SIGKILL');
  await stage.inState('complete');
  expect([attempts(stage), stage.watchdog()]).toEqual([[1, 2], watchdog]);
  sound(stage);
}

story('the same command in the same directory is refused while it runs, unless it has another name', async ({ stage }) => {
  const run = (...options: string[]) => stage.dogwatch(['run', '--detach', ...options, '--', 'sleep', '1000']);
  expect((await run()).code).toBe(0);
  const again = await run();
  expect([again.code, again.stderr]).toEqual([64, expect.stringContaining('this command is already running in this directory')]);
  expect((await run('--name', 'another')).code).toBe(0);
});

story('of twenty identical commands at the same moment one runs, and the others are refused', async ({ stage }) => {
  await stage.does(['run', '--detach', '--', 'sleep', '2000']);
  const all = await Promise.all(Array.from({ length: 20 }, () => stage.dogwatch(['run', '--detach', '--', 'sleep', '1000'])));
  const refused = all.filter(({ code }) => code !== 0);
  expect(refused.map(({ code, stderr }) => [code, /this command is already running in this directory/.test(stderr)])).toEqual(
    Array.from({ length: 19 }, () => [64, true]),
  );
  const runs = JSON.parse((await stage.does(['status', '--json'])).stdout).runs as { name: string }[];
  expect(runs).toHaveLength(2);
});

story.for([['logs'], ['history']])('%s -f says when no watchdog runs, and when one runs again', async ([command], { stage }) => {
  stage.agent('exec sleep 1000');
  await stage.does(RUN);
  await firstAgent(stage);
  await stage.kill(stage.watchdog()!);
  const follower = stage.start([command!, '-f', 'job']);
  let said = '';
  follower.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  await until('it says so', () => said.includes('no watchdog is running, nobody looks after this run'));
  await stage.watch();
  await until('it says so', () => said.includes('a watchdog is running again'));
  follower.kill('SIGKILL');
});

story('a watchdog without this shell’s settings is pointed out, and replaced on request', async ({ stage }) => {
  await stage.dogwatch(['run', '--detach', '--', 'sleep', '1000']);
  const env = { DOGWATCH_NOTIFY: 'exec:/bin/true' };
  const other = await stage.dogwatch(['run', '--detach', '--name', 'other', '--', 'sleep', '1000'], { env });
  expect(other.stderr).toMatch(/DOGWATCH_NOTIFY of this shell differs from the setting of the watchdog.*watch --replace --detach/);
  expect((await stage.dogwatch(['watch', '--replace', '--detach', '--until-idle'], { env })).code).toBe(0);
  expect((await stage.dogwatch(['run', '--detach', '--name', 'third', '--', 'sleep', '1000'], { env })).stderr).not.toContain('NOTIFY');
});
