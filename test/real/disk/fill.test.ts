import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Run } from '../../../src/core/model/run.ts';
import type { View as StatusReport } from '../../../src/view/model.ts';
import { type Stage, staged } from '../../kit/stage.ts';
import { until } from '../../kit/until.ts';
import { loopDisk } from './loop.ts';
import { SMALL_DISK } from './small.ts';

const SLOWLY_MS = 120_000;
const STORY = { timeout: 400_000 };
const DISK_MIB = 512;
const MIB = 2 ** 20;

/**
 * Takes all available space, and lives on: at first as fast as it can, later over some seconds, in
 * which the disk is still measured with room.
 */
const FILLER = `echo x >>starts
big=big$(wc -l <starts)
[ "$big" = big1 ] || for part in $(seq 16); do dd if=/dev/zero bs=1M count=16 >>$big; sleep 0.4; done
cat /dev/zero >>$big
exec sleep 1000`;
/** Takes space bit by bit, in a file that existed long before. */
const GROWER = 'while dd if=/dev/zero bs=4M count=1 >>big; do sleep 0.3; done; exec sleep 1000';
/** Ends soon each time, until it may finish. */
const CALM = 'echo x >>starts; sleep 1; [ ! -e finish ] || touch done';

/**
 * Measuring yields to everything else, and what takes too long is unknown, by design: on a busy
 * machine nobody would be blamed. So this find(1), as soon as it was made to yield, does not.
 */
const UNYIELDING = `#!/bin/sh
until [ "$(ps -o ni= -p $$ | tr -d ' ')" = 19 ]; do :; done
renice -n 0 -p $$ >/dev/null && PATH=\${PATH#*:} && exec find "$@"
`;

async function begin(stage: Stage, name: string, cwd: string, script: string) {
  mkdirSync(cwd, { recursive: true });
  writeFileSync(join(cwd, 'agent.sh'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  const args = ['run', '--detach', '--name', name, '--cwd', cwd, '--done-file', 'done', '--', './agent.sh'];
  const bin = join(stage.directory, 'bin');
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, 'find'), UNYIELDING, { mode: 0o755 });
  await stage.does(args, { env: { ...SMALL_DISK, PATH: `${bin}:${stage.env.PATH}` } });
}

const runIn = (stage: Stage, name: string, what: string, is: (run: Run) => boolean) =>
  until(`${name} ${what}`, () => [stage.run(name)].find((run): run is Run => run !== null && is(run)), SLOWLY_MS);
const isHeldForIt = ({ state, holds }: Run) =>
  state === 'waiting' && holds.some(({ kind, because }) => kind === 'disk' && because.includes('grew by'));
const starts = (cwd: string) => statSync(join(cwd, 'starts')).size / 2;
function tidy(cwd: string): void {
  for (const name of readdirSync(cwd)) if (name.startsWith('big')) rmSync(join(cwd, name));
}

staged('the run whose files fill a disk is ended and held, and the others continue', STORY, async ({ stage, skip }) => {
  const disk = loopDisk({ skip } as Parameters<typeof loopDisk>[0], DISK_MIB);
  const [calm, filler] = [join(disk, 'calm'), join(disk, 'filler')];
  await begin(stage, 'calm', calm, CALM);
  await runIn(stage, 'calm', 'is resumed', ({ resumes }) => resumes > 0);
  await begin(stage, 'filler', filler, FILLER);

  const held = await runIn(stage, 'filler', 'is held', isHeldForIt);
  expect(held).toMatchObject({ attempt: { number: 1, alive: false }, charged: [] });
  await runIn(stage, 'calm', 'waits for the disk', ({ holds }) => holds.some(({ kind }) => kind === 'disk'));
  const { runs }: StatusReport = JSON.parse((await stage.does(['status', '--json'])).stdout);
  expect(runs.find(({ name }) => name === 'filler')).toMatchObject({
    holds: [{ kind: 'disk', because: expect.stringMatching(/the files of attempt 1 in .*\/filler grew by 4\d\d\S* MiB/) }],
  });
  expect((await stage.does(['history', 'filler'])).stdout).toContain('most of the');
  // The other run is not blamed for filling it.
  expect(stage.run('calm')).toMatchObject({ charged: expect.any(Array) });
  expect(stage.run('calm')?.filled ?? null).toBeNull();

  for (const next of [2, 3]) {
    const before = starts(calm);
    tidy(filler);
    await until('the other one continues', () => starts(calm) > before, SLOWLY_MS);
    await runIn(stage, 'filler', `fills it with attempt ${next}`, ({ filled }) => filled?.attempt === next);
  }
  const over = await runIn(stage, 'filler', 'is held for a person', ({ state }) => state === 'escalated');
  expect(over.because).toContain('it has done so 3 times');
  expect(over).toMatchObject({ charged: [], tried: 3, attempt: { alive: false } });

  tidy(filler);
  writeFileSync(join(calm, 'finish'), '');
  await runIn(stage, 'calm', 'is done', ({ state }) => state === 'complete');
  expect(stage.run('filler')).toMatchObject({ state: 'escalated', tried: 3 });
});

staged('an older, slowly growing file is seen, too; another process’s files are not held against a run', STORY, async ({ stage, skip }) => {
  const disk = loopDisk({ skip } as Parameters<typeof loopDisk>[0], DISK_MIB);
  const [grower, calm] = [join(disk, 'grower'), join(disk, 'calm')];
  mkdirSync(grower);
  writeFileSync(join(grower, 'big'), Buffer.alloc(64 * MIB, 1));
  await begin(stage, 'calm', calm, 'exec sleep 1000');
  writeFileSync(join(disk, 'filler'), Buffer.alloc((DISK_MIB - 64 - 40) * MIB, 1));
  await until(
    'no run is known to have filled it',
    () => readFileSync(stage.where.watchdogLog, 'utf8').includes('is unknown, and no run is held'),
    SLOWLY_MS,
  );
  expect(stage.run('calm')).toMatchObject({ attempt: { number: 1, alive: true }, holds: [] });

  rmSync(join(disk, 'filler'));
  writeFileSync(join(disk, 'filler'), Buffer.alloc((DISK_MIB / 2) * MIB, 1));
  await begin(stage, 'grower', grower, GROWER);
  const held = await runIn(stage, 'grower', 'is held', isHeldForIt);
  expect(held).toMatchObject({ attempt: { number: 1, alive: false }, charged: [] });
  expect(stage.run('calm')).toMatchObject({ attempt: { number: 1, alive: true } });
});
