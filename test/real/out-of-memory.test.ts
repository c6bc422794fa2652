import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { staged } from '../kit/stage.ts';
import { until } from '../kit/until.ts';

/** More than a watchdog needs. */
const LIMIT_BYTES = 512 * 2 ** 20;
const GREEDY = `const all = []; setInterval(() => all.push(Buffer.alloc(2 ** 24, 1)), 1);`;

/**
 * The file that adds processes to a control group with this memory limit, or a sentence that says
 * why there can be none here.
 */
function limitedGroup(limitBytes: number): { readonly procs: string } | string {
  const isOne = existsSync('/sys/fs/cgroup/cgroup.controllers');
  const parent = isOne ? '/sys/fs/cgroup' : '/sys/fs/cgroup/memory';
  const path = join(parent, `dogwatch-test-${process.pid}`);
  const procs = join(path, 'cgroup.procs');
  try {
    mkdirSync(path);
    onTestFinished(() => {
      for (const pid of readFileSync(procs, 'utf8').split('\n').filter(Boolean)) writeFileSync(join(parent, 'cgroup.procs'), pid);
      rmdirSync(path);
    });
    writeFileSync(join(path, isOne ? 'memory.max' : 'memory.limit_in_bytes'), String(limitBytes));
    return { procs };
  } catch (error) {
    return `no control group with a limit of memory can be made here: ${error instanceof Error ? error.message : error}`;
  }
}

staged('if the kernel kills an agent for lack of memory, the history and the next attempt’s prompt say so', async ({ stage, skip }) => {
  const group = limitedGroup(LIMIT_BYTES);
  if (typeof group === 'string') return skip(group);
  stage.write('greedy.js', GREEDY);
  stage.agent(`case $n in 1) exec "${process.execPath}" greedy.js ;; *) touch done ;; esac`);
  const { pid } = await stage.watch();
  writeFileSync(group.procs, String(pid));
  await stage.does(['run', '--name', 'job', '--done-file', 'done', '--detach', '--', './agent.sh']);

  await until('it is complete', () => stage.run()?.state === 'complete');
  const said = stage.history().map(({ because }) => because);
  expect(said).toContainEqual(expect.stringMatching(/attempt 1 ended by SIGKILL, and the kernel killed a process for lack of memory/));
  const [resumed] = stage.history().flatMap(({ actions }) => actions.filter((one) => one.kind === 'resume' && one.attempt === 2));
  expect(resumed).toMatchObject({ prompt: { reason: expect.stringContaining('killed a process for lack of memory') } });
  await until('the second one has ended, and no death counts twice', () => stage.attempt(2).exit?.outOfMemory === false);
});
