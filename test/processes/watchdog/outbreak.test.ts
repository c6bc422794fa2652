import { renameSync, rmSync } from 'node:fs';
import { expect } from 'vitest';
import { identify, signalProcess } from '../../../src/system/process/process.ts';
import { type Stage, story } from '../../kit/stage.ts';
import { until } from '../../kit/until.ts';

const NAMES = ['one', 'two', 'three'];

const noticesOf = async (stage: Stage) => JSON.parse((await stage.does(['status', '--json'])).stdout).notices;
const agentOf = (stage: Stage, name: string) => identify(stage.run(name)?.attempt?.agent?.pid ?? stage.run(name)?.attempt?.shim?.pid ?? 0);

story(
  'runs that are killed together: one notice about the machine, which can be acknowledged, and no run is charged',
  async ({ stage }) => {
    stage.agent('echo working; exec sleep 1000');
    for (const name of NAMES) await stage.does(['run', '--detach', '--name', name, '--', './agent.sh']);
    for (const name of NAMES) await stage.inState('working', name);
    expect(await stage.dogwatch(['ack', '--host'])).toMatchObject({ code: 0, stdout: expect.stringContaining('nothing to acknowledge') });
    for (const life of stage.lives()) signalProcess((await until('it lives', () => identify(life.pid)))!, 'SIGKILL');
    const last = await until('the last of them is held', () => NAMES.find((name) => stage.run(name)?.holds[0]?.kind === 'common-cause'));
    expect(stage.run(last)).toMatchObject({ state: 'waiting', charged: [] });
    const [notice] = await until('a notice is sent', async () => {
      const notices = await noticesOf(stage);
      return notices.length > 0 ? notices : null;
    });
    expect(notice).toMatchObject({ cause: 'common-cause', state: 'open', sentence: expect.stringContaining('3 of 3 runs were killed') });
    expect((await stage.does(['status'])).stdout).toContain('`dogwatch ack --host` ends the reminders');
    expect((await stage.does(['ack', '--host'])).stdout).toBe('this machine: acknowledged: several runs died at once\n');
    expect((await noticesOf(stage))[0]).toMatchObject({ state: 'acked' });
    expect((await stage.does(['explain', last])).stdout).toMatch(/attempt \d+ starts by .*\d\d:\d\d, in /);
    await stage.does(['resume', last]);
    await stage.inState('working', last);
    expect(agentOf(stage, last)).not.toBe(null);
    for (const name of NAMES) expect((await until(name, () => stage.run(name)))?.charged.length).toBeLessThanOrEqual(1);
  },
);

story(
  'three runs lose the files with their variables at once: each says which file and what to do, and no common cause is inferred',
  async ({ stage }) => {
    stage.agent('[ $n -gt 3 ] && exec sleep 1000; while [ ! -e die ]; do sleep 0.05; done; exit 1');
    for (const name of NAMES) await stage.does(['run', '--detach', '--name', name, '--', './agent.sh']);
    await until('all three live', () => stage.lives().length === 3);
    const kept = `${stage.directory}/kept`;
    renameSync(stage.where.environments, kept);
    stage.write('die', '');
    for (const name of NAMES) {
      const run = await stage.inState('escalated', name);
      expect(run).toMatchObject({
        charged: [],
        shot: null,
        holds: [],
        because: expect.stringContaining("the environment of the run can't be read"),
      });
      expect(run?.because).toContain(stage.where.environments);
    }
    const notices = await noticesOf(stage);
    expect(notices.map(({ cause }: { cause: string }) => cause).sort()).not.toContain('common-cause');
    expect(notices.map(({ runs }: { runs: readonly string[] }) => runs).sort()).toEqual([['one'], ['three'], ['two']]);
    rmSync(stage.where.environments, { recursive: true, force: true });
    renameSync(kept, stage.where.environments);
    for (const name of NAMES) await stage.does(['resume', name]);
    await until('all continue', () => stage.lives().length === 6);
  },
);
