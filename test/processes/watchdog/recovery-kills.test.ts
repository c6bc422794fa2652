import { existsSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { describe, expect } from 'vitest';
import { readAttempt } from '../../../src/launch/attempt/record.ts';
import { recoveryFiles } from '../../../src/store/directory/layout.ts';
import { allProcesses } from '../../../src/system/process/marks.ts';
import { identify, signalProcess } from '../../../src/system/process/process.ts';
import { ended, type Stage, story } from '../../kit/stage.ts';
import { until } from '../../kit/until.ts';

/**
 * Everything that writes to the work notes itself in a file, then checks which of those noted are
 * alive: of two at once, at least one finds the other.
 */
const WRITER = `#!/bin/sh
echo "$$" >>writers
for pid in $(cat writers); do
  [ "$pid" != "$$" ] && grep -qs '^State:[[:space:]]*[^ZX[:space:]]' "/proc/$pid/status" && echo "$pid lives beside $$" >>overlaps
done
`;
const AGENT = `${WRITER}[ -e mended ] || exit 1; sleep 0.2; echo x >done; sleep 1000\n`;
const MENDER = `${WRITER}echo "$$" >>menders; cat >/dev/null; sleep 0.2; touch mended; dogwatch resume job --prompt "it is mended"; sleep 1000\n`;
const RUN = ['run', '--detach', '--name', 'job', '--done-file', 'done', '--', './agent.sh'];
const ENV = {
  DOGWATCH_RECOVERY_COMMAND: './mender.sh',
  DOGWATCH_MAX_RESUMES: '0',
  DOGWATCH_GRACE: '500ms',
  DOGWATCH_LINGER: '0s',
  // A run that a kill leaves without a turn is repaired again, which is counted.
  DOGWATCH_MAX_RECOVERIES: '9',
};

/**
 * All decisions in a story without a kill that act or change the state (the observation that an
 * attempt works may come after its end).
 */
const STEPS = [
  'handed-off: escalate',
  'recovering: recover',
  'recovering: end-recovery',
  'waiting: ',
  'starting: resume',
  'complete: ',
  'complete: end',
];

const steps = (stage: Stage): readonly string[] => {
  const rows = stage.history().filter(({ from, to, actions }) => (from !== to && to !== 'working') || actions.length > 0);
  const all = rows.map(({ to, actions }) => `${to}: ${actions.map(({ kind }) => kind).join(' ')}`);
  const begin = all.findIndex((step) => step.startsWith('handed-off'));
  return begin < 0 ? [] : all.slice(begin);
};

async function handedOff(stage: Stage): Promise<void> {
  stage.write('agent.sh', AGENT, 0o755);
  stage.write('mender.sh', MENDER, 0o755);
  await stage.does(RUN, { env: ENV });
  await until('it is handed off', () => steps(stage).length > 0);
}

const gate = (stage: Stage) => stage.start(['supervise'], { env: ENV });
const isOver = (stage: Stage): boolean => ['complete', 'escalated'].includes(stage.run()?.state ?? '');

/** Repeatedly, as a timer would. */
async function untilOver(stage: Stage): Promise<void> {
  for (; !isOver(stage); await setTimeout(300)) await ended(gate(stage));
}

async function endsWell(stage: Stage, states: readonly string[]): Promise<void> {
  await untilOver(stage);
  const { state, recoveries } = stage.run()!;
  expect([stage.lines('overlaps'), states.includes(state), state]).toEqual([[], true, state]);
  const { notices } = JSON.parse((await stage.does(['status', '--json'])).stdout);
  expect(notices).toHaveLength(state === 'escalated' ? 1 : 0);
  const asked = stage
    .history()
    .flatMap(({ actions }) => actions.filter((action) => action.kind === 'escalate' && action.to === 'operator'));
  expect(asked).toHaveLength(notices.length);
  expect(stage.lines('menders').length).toBeLessThanOrEqual(recoveries.tried);
  await until(
    'no recovery agent is left',
    () => !allProcesses().some(({ mark }) => mark?.startsWith('job.1/recovery-') && isOurs(stage, mark)),
  );
}

/** Other stories have runs and recoveries of the same names. */
const isOurs = (stage: Stage, mark: string): boolean =>
  [1, 2, 3, 4, 5, 6, 7, 8, 9].some((number) => readAttempt(recoveryFiles(stage.where, 'job.1', number)).mark === mark);

const VICTIMS = {
  watchdog: (stage: Stage): void => kill(stage.watchdog()),
  'recovery agent': (stage: Stage): void => kill(identify(Number(stage.lines('menders').at(-1) ?? 0))),
  'shim of the recovery agent': (stage: Stage): void =>
    kill(readAttempt(recoveryFiles(stage.where, 'job.1', Math.max(1, stage.run()?.recoveries.tried ?? 1))).shim),
  'watchdog and the recovery agent': (stage: Stage): void => {
    VICTIMS.watchdog(stage);
    VICTIMS['recovery agent'](stage);
  },
};

const kill = (who: Parameters<typeof signalProcess>[0] | null): void => {
  if (who !== null) signalProcess(who, 'SIGKILL');
};

story('a story without a kill has these steps', async ({ stage }) => {
  await handedOff(stage);
  await endsWell(stage, ['complete']);
  await until('it rests', () => stage.run()?.attempt?.alive === false);
  expect(steps(stage)).toEqual(STEPS);
});

/** In order: when a step was recorded, and when the recovery agent got that far. */
type Moment = readonly [when: string, isReached: (stage: Stage) => boolean];
const RECORDED = STEPS.map((step, index): Moment => [`the step "${step}"`, (stage) => steps(stage).length > index]);
const AT_WORK: readonly Moment[] = [
  ['its first words', (stage) => stage.lines('menders').length > 0],
  ['its work', (stage) => existsSync(stage.file('mended'))],
];
const MOMENTS = [...RECORDED.slice(0, 2), ...AT_WORK, ...RECORDED.slice(2)];

/** A recovery agent lives from its start to its end. */
const LIVES = MOMENTS.slice(1, 5);

describe.each([
  ['watchdog', MOMENTS],
  ['recovery agent', LIVES],
  ['shim of the recovery agent', LIVES],
  ['watchdog and the recovery agent', LIVES],
] as const)('kill -9 of the %s', (victim, moments) => {
  story.for(moments)('after %s', async ([, isReached], { stage }) => {
    await handedOff(stage);
    const gated = isReached(stage) ? null : ended(gate(stage));
    await until('the moment has come', () => isReached(stage));
    VICTIMS[victim](stage);
    await gated;
    await endsWell(stage, victim === 'watchdog' ? ['complete'] : ['complete', 'escalated']);
  });
});

describe('kill -9 of the supervisor', () => {
  story.for(['it has begun', 'it holds its lock', 'it has asked', 'it was answered'])('when %s', async (moment, { stage }) => {
    await handedOff(stage);
    const child = gate(stage);
    const gated = ended(child);
    const isDead = () => child.exitCode !== null || child.signalCode !== null;
    const isReached: Readonly<Record<string, () => boolean>> = {
      'it has begun': () => true,
      'it holds its lock': () => existsSync(stage.where.gateLock),
      'it has asked': () => stage.run()?.recovery != null || steps(stage).length > 1,
      'it was answered': () => stage.run()?.recovery?.phase === 'at-work',
    };
    await until(moment, () => isDead() || isReached[moment]!());
    child.kill('SIGKILL');
    await gated;
    await endsWell(stage, ['complete']);
  });
});
