import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { isActive } from '../../../src/core/model/run.ts';
import { setAside } from '../../../src/store/removal.ts';
import { signalProcess } from '../../../src/system/process/process.ts';
import { type Stage, story } from '../../kit/stage.ts';
import { until } from '../../kit/until.ts';

const SECRET = 'k-5f1c9a7e22b04d';
const RUN = ['run', '--detach', '--name', 'job', '--done-file', 'done', '--', './agent.sh'];

/** The files of the state directory that contain a text. */
const filesWith = (stage: Stage, text: string) =>
  readdirSync(stage.where.stateDir, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile() && readFileSync(join(one.parentPath, one.name)).includes(text))
    .map(({ name }) => name);

async function stoppedRun(stage: Stage) {
  stage.agent('exec sleep 1000');
  await stage.does(RUN, { env: { API_KEY: SECRET } });
  await until('it lives', () => stage.lives().length > 0);
  const refused = await stage.dogwatch(['rm', 'job', '--yes']);
  expect([refused.code, refused.stderr]).toEqual([64, expect.stringContaining('dogwatch stop job')]);
  await stage.does(['stop', 'job']);
  await until('it is over', () => !isActive(stage.run()!));
  expect(filesWith(stage, SECRET)).toHaveLength(1);
}

story('rm lists what it removes, asks, and leaves no key, log or trace for doctor', async ({ stage }) => {
  await stoppedRun(stage);
  const { stdout: dry } = await stage.does(['rm', 'job', '--dry-run']);
  expect(dry).toMatch(/^job\.1: stopped .*1 attempt, .* of logs, its captured variables with their keys\n$/);
  const asked = await stage.dogwatch(['rm', 'job']);
  expect([asked.code, asked.stderr, stage.run()?.state]).toEqual([64, expect.stringContaining('job.1: stopped'), 'stopped']);
  const { stdout } = await stage.does(['rm', 'job', '--yes', '--json']);
  expect(JSON.parse(stdout)).toMatchObject({ run: 'job', id: 'job.1', accepted: true, removed: true });
  expect([stage.run(), filesWith(stage, SECRET), readdirSync(stage.where.runs)]).toEqual([null, [], []]);
  const doctor = await stage.dogwatch(['doctor', '--json']);
  expect(doctor.stdout).not.toMatch(/forgotten|damage/);
  const { stdout: again } = await stage.does([...RUN.slice(0, 2), '--json', ...RUN.slice(2)]);
  expect(JSON.parse(again.trim().split('\n')[0] ?? '')).toMatchObject({ id: 'job.2' });
});

story('prune removes what is over; a kill in between leaves all of it or nothing', async ({ stage }) => {
  await stoppedRun(stage);
  await stage.kill(stage.watchdog()!);
  // As a watchdog leaves it that is killed before it recorded the removal.
  setAside(stage.where, 'job.1', stage.run()!.spec.environmentFile);
  const none = await stage.dogwatch(['prune', '--older-than', '1d']);
  expect([none.code, none.stderr]).toEqual([0, expect.stringContaining('no run to remove')]);
  await stage.does(['resume', 'job']);
  await until('it lives again', () => stage.lives().length === 2);
  expect(filesWith(stage, SECRET)).toHaveLength(1);
  await stage.does(['stop', 'job']);
  let kills = 0;
  const killer = setInterval(() => {
    const watchdog = kills < 3 ? stage.watchdog() : null;
    if (watchdog === null) return;
    kills += 1;
    signalProcess(watchdog, 'SIGKILL');
  }, 250);
  try {
    for (let tries = 1; stage.run() !== null; tries++) {
      expect(tries).toBeLessThan(20);
      await stage.dogwatch(['prune', '--yes']);
    }
  } finally {
    clearInterval(killer);
  }
  const last = stage.watchdog();
  if (last !== null) await stage.kill(last);
  await stage.watch();
  await until('nothing is left', () => filesWith(stage, SECRET).length === 0);
  expect([stage.run(), readdirSync(stage.where.runs), readdirSync(stage.where.removed)]).toEqual([null, [], []]);
});
