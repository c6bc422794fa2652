import { describe, expect, test } from 'vitest';
import type { DayCap } from '../../../src/core/spend/day-cap.ts';
import { limit } from '../../kit/core/fleet.ts';
import { rows } from '../../kit/core/rows.ts';
import { answered, HOUR, MENDER, MINUTE, SECOND, type Story, type Wishes, working, worksAndExits } from '../../kit/core/world.ts';

const CAPPED: Wishes = { policy: { maxCostMicros: 5_000_000 } };
const BY_TOKENS: Wishes = { policy: { maxTokens: 10_000 } };
const TOOL = { kind: 'tool' } as const;
const TURN = { kind: 'turn', well: true } as const;

const TOMORROW = Date.UTC(2026, 10, 24);
const SPENT: DayCap = {
  capUsd: 20,
  spent: { because: 'all runs have cost $20.40 today, of $20.00 (DOGWATCH_MAX_COST_PER_DAY)', untilWall: TOMORROW },
  isBeyondGrace: false,
};

rows('a run that has spent what it may', [
  ['below the cap: left alone', () => spends(4.99).says(TOOL), 'working', [], 'is active'],
  ['at it: left alone until its step ends', () => spends(5).last, 'working', [], 'is active'],
  ['its next step: ended', () => spends(5).says(TOOL), 'working', ['end 1'], 'it has cost $5.00 of $5.00 (DOGWATCH_MAX_COST)'],
  ['further beyond it than the grace: ended at once', () => spends(5.51).last, 'working', ['end 1'], 'it has cost $5.51'],
  ['within the grace: not at once', () => spends(5.5).last, 'working', [], 'is active'],
  ['its turn is over: it may exit by itself', () => spends(5.2).says(TURN), 'working', [], 'is active'],
  ['and does not: ended', () => lingers(), 'working', ['end 1'], 'is ended: it has cost $5.20'],
  [
    'it exits by itself: a person decides',
    () => exits(spends(5.2)),
    'escalated',
    ['escalate to operator: cost'],
    'there is no milestone yet',
  ],
  [
    'it was ended: a person decides, with the command that goes on',
    () => ended(5),
    'escalated',
    ['escalate to operator: cost'],
    '`dogwatch resume upgrade --add-cost 5` goes on',
  ],
  [
    'it cost more than the cap once more would allow: that much is offered',
    () => exited(11).last,
    'escalated',
    ['escalate to operator: cost'],
    '--add-cost 10',
  ],
  [
    'what was spent since the last milestone',
    () => sinceMilestone(),
    'escalated',
    ['escalate to operator: cost'],
    '$3.10 since the last milestone',
  ],
  [
    'what is not known to be counted',
    () => unpriced(),
    'escalated',
    ['escalate to operator: cost'],
    'not counted: 1k tokens without a known price',
  ],
  ['it is proven done: complete', () => done(), 'complete', [], 'says that the job is done'],
  [
    'tokens: ended after its step',
    () => spendsTokens(10_000).says(TOOL),
    'working',
    ['end 1'],
    'it has used 10k of 10k tokens (DOGWATCH_MAX_TOKENS)',
  ],
  ['tokens: at once beyond the grace', () => spendsTokens(11_001).last, 'working', ['end 1'], 'it has used 11k'],
  ['tokens: a person decides', () => exits(spendsTokens(10_000)), 'escalated', ['escalate to operator: cost'], '--add-tokens 10000'],
  [
    'it was handed off and the recovery agent spent the rest',
    () => mended(),
    'escalated',
    ['escalate to operator: cost'],
    'has cost $6.00',
  ],
]);

rows('a recovery agent at work', [
  ['what it has spent is counted now and then', () => mendedFor(20 * SECOND).tick(), 'recovering', [], 'is running'],
  ['below the cap: it goes on', () => counts(3.9), 'recovering', [], 'is running'],
  ['at it: ended, while it works', () => counts(4), 'recovering', ['end-recovery 1'], 'it has cost $6.00 of $6.00'],
  [
    'then a person decides, and nothing is counted twice',
    () => countedAndGone(),
    'escalated',
    ['escalate to operator: cost'],
    'it has cost $6.50',
  ],
  ['a count of another one changes nothing', () => counts(9, 7), 'recovering', [], 'is running'],
  ['one that does not say: it goes on', () => counts(null), 'recovering', [], 'is running'],
  [
    'what all runs may cost in a day is spent: it waits as well',
    () => withDay(mendedFor(SECOND)).tick(),
    'recovering',
    ['end-recovery 1'],
    'has to wait',
  ],
]);

test('what a recovery agent spends is asked only where a cap is set, and not all the time', () => {
  const asks = (story: Story) =>
    story.decisions.flatMap(({ questions }) => questions).filter(({ kind }) => kind === 'recovery-spend').length;
  const story = mendedFor(20 * SECOND);
  story.tick();
  story.after(SECOND).tick();
  expect(asks(story)).toBe(1);
  story.after(20 * SECOND).tick();
  expect(asks(story)).toBe(2);
  const free = mendedFor(20 * SECOND, { policy: { maxResumes: 0 } });
  free.tick();
  expect(asks(free)).toBe(0);
});

rows('a resume of such a run', [
  ['changes nothing by itself', () => resumes(exited(5.2)), 'escalated', [], '--add-cost 5'],
  ['goes on with a higher cap', () => resumes(exited(5.2), 5), 'starting', ['resume 2'], 'it may cost $10.00 in all'],
  ['with too little more: refused', () => resumes(exited(7), 1), 'escalated', [], 'it has cost $7.00 of $5.00'],
  ['while it lives: it goes on', () => resumes(spends(5), 5), 'working', [], 'alive and goes on'],
  ['then its next step does not end it', () => raisedAlive().says(TOOL), 'working', [], 'is active'],
  [
    'the cap is set higher: a person is shown what goes on',
    () => setsCap(exited(5.2), 10),
    'escalated',
    [],
    '`dogwatch resume upgrade` goes on',
  ],
  ['and it does', () => resumes(afterSetting(exited(5.2), 10)), 'starting', ['resume 2'], 'resume requested'],
  ['set too little higher: the same as before', () => setsCap(exited(5.2), 5.1), 'escalated', [], 'it has cost $5.20 of $5.00'],
  ['in the next attempt what was spent before counts', () => spentAgain(4.8), 'working', ['end 2'], 'it has cost $10.00 of $10.00'],
]);

rows('other ways around a cap', [
  ['a watchdog that restarts', () => exited(5.2).restarts(), 'escalated', [], ''],
  ['a reboot', () => exited(5.2).restarts({ rebooted: true }), 'escalated', [], ''],
  ['a reboot while it lives', () => due(rebooted()), 'escalated', ['escalate to operator: cost'], 'has cost $5.20'],
  ['unpausing', () => unpaused(), 'escalated', ['escalate to operator: cost'], 'has cost $5.20'],
  ['a pause does not keep a living attempt', () => pausedAlive(), 'working', ['end 1'], 'has cost $5.00'],
  ['needing a person does not either', () => blockedAlive(), 'escalated', ['end 1'], 'has cost $5.00'],
  [
    'an end that fails: a person must act, and it is not tried for ever',
    () => endFails(),
    'escalated',
    ['escalate to operator: blocked'],
    "can't be ended",
  ],
  ['a milestone', () => milestoned(), 'escalated', [], ''],
]);

rows('what all runs may cost in a day', [
  ['is spent: nothing is resumed', () => exits(withDay(worked())), 'waiting', [], 'DOGWATCH_MAX_COST_PER_DAY'],
  ['not even by the operator', () => resumes(waits()), 'waiting', [], 'DOGWATCH_MAX_COST_PER_DAY'],
  ['nothing is started', () => withDay(working().after(SECOND)).tick(), 'working', [], 'is active'],
  ['a living attempt ends with its step', () => withDay(working()).says(TOOL), 'working', ['end 1'], 'all runs have cost $20.40'],
  [
    'and at once far beyond',
    () => withDay(working(), { ...SPENT, isBeyondGrace: true }).tick(),
    'working',
    ['end 1'],
    'all runs have cost',
  ],
  ['the next day: resumed, staggered', () => nextDay(), 'starting', ['resume 2'], 'all runs may spend again'],
  ['no recovery agent is started', () => mendedOnSpentDay(), 'handed-off', [], ''],
]);

rows('an agent that does not say what it uses', [
  ['without a cap: nothing is said', () => worksAndExits(working()), 'starting', ['resume 2'], 'worked'],
  [
    'with one: a person is notified, once',
    () => worksAndExits(working(CAPPED)),
    'starting',
    ['resume 2', 'escalate to operator: unknown-cost'],
    'worked',
  ],
  ['the next attempt does not say it again', () => untoldTwice(), 'starting', ['resume 3'], 'worked'],
  [
    'and stops, if the operator wants it to',
    () => worksAndExits(working(STOPS)),
    'escalated',
    ['escalate to operator: unknown-cost'],
    'DOGWATCH_ON_UNKNOWN_COST=stop',
  ],
  ['one more attempt by request', () => resumes(stopped()), 'starting', ['resume 2'], 'resume requested'],
  ['it is ended with its turn', () => endsWithTurn(), 'working', ['end 1'], 'did not say what it used'],
  [
    'tokens without a price do not keep a cap on money',
    () => exits(unpricedIn(STOPS)),
    'escalated',
    ['escalate to operator: unknown-cost'],
    'the price of odd-model is unknown',
  ],
  [
    'they keep a cap on tokens',
    () => exits(unpricedIn({ policy: { maxTokens: 99_000, stopsOnUnknownCost: true } })),
    'starting',
    ['resume 2'],
    'worked',
  ],
]);

rows('the cost of a recovery agent is unknown', [
  ['without a cap nothing is said', () => silentlyMended({ maxResumes: 0 }), 'waiting', [], 'looking at what'],
  [
    'with one: a person is notified, and the run goes on',
    () => silentlyMended({ maxCostMicros: 6_000_000, maxResumes: 0 }),
    'waiting',
    ['escalate to operator: unknown-cost'],
    'looking at what',
  ],
  [
    'and stops, if the operator wants it to',
    () => silentlyMended(STOPPED),
    'escalated',
    ['escalate to operator: unknown-cost'],
    'recovery agent 1 did not say what it used: DOGWATCH_MAX_COST cannot be kept (DOGWATCH_ON_UNKNOWN_COST=stop)',
  ],
  ['one more attempt by request', () => resumes(storyOf(STOPPED)), 'starting', ['resume 2'], 'resume requested'],
  [
    'no other one is started',
    () => endedByDay(STOPPED),
    'escalated',
    ['escalate to operator: unknown-cost'],
    'recovery agent 1 did not say what it used',
  ],
  ['refused by its provider, it may have used nothing', () => refusedMender(STOPPED), 'handed-off', [], 'it was refused'],
  [
    'tokens without a price are enough',
    () => countsUnpriced(STOPPED),
    'recovering',
    ['end-recovery 1'],
    'the price of odd-model is unknown (1k tokens of recovery agent 1; DOGWATCH_PRICES gives it)',
  ],
  ['not for a cap on tokens', () => countsUnpriced({ ...STOPPED, maxCostMicros: 0, maxTokens: 99_000 }), 'recovering', [], 'is running'],
]);

rows('a cap that the command itself sets', [
  [
    'the agent reports it: a person decides',
    () => capped('said').last,
    'escalated',
    ['escalate to operator: cap'],
    'a resume would begin it anew',
  ],
  ['its exit status says so: the same', () => capped('exit').last, 'escalated', ['escalate to operator: cap'], 'exit status 55'],
  ['any other exit status: resumed', () => capped('other').last, 'starting', ['resume 2'], 'worked'],
  ['over a restart and a reboot', () => rebootedAfter(capped('said')), 'escalated', [], ''],
  [
    'a milestone in it changes nothing',
    () => capped('said').gathered({ head: 'c0ffee0002', commits: ['c0ffee0002'] }),
    'escalated',
    [],
    '',
  ],
  ['an operator who wants it once more', () => resumes(capped('exit')), 'starting', ['resume 2'], 'resume requested'],
  ['which reaches it again: a person decides again', () => cappedAgain(), 'escalated', ['escalate to operator: cap'], 'exit status 55'],
]);

const STOPPED = { maxCostMicros: 6_000_000, maxResumes: 0, stopsOnUnknownCost: true };
const STOPS: Wishes = { policy: { maxCostMicros: 5_000_000, stopsOnUnknownCost: true } };

describe('a cap', () => {
  test('is told of once', () => {
    const story = exited(5.2);
    story.after(HOUR).tick();
    story.restarts();
    story.operator({ kind: 'resume', prompt: null });
    expect(story.actions.filter(({ kind }) => kind === 'escalate')).toHaveLength(1);
  });

  test('is refused to be raised by a process of the run, and where there is none', () => {
    const story = exited(5.2);
    const add = { micros: 5_000_000, tokens: 0 };
    const inside = { of: 'attempt', run: 'upgrade-1', number: 1, refused: false } as const;
    const byAgent = story.tell({ kind: 'operator.requested', request: 'r', command: { kind: 'resume', prompt: null, add }, inside });
    expect(byAgent.reply).toMatchObject({ accepted: false, message: expect.stringContaining('cannot raise a cap') });
    expect(worksAndExitsWith(working(), add)).toMatchObject({ accepted: false, message: expect.stringContaining('no cap on its cost') });
  });
});

function worksAndExitsWith(story: Story, add: { micros: number; tokens: number }) {
  worksAndExits(story);
  return story.operator({ kind: 'resume', prompt: null, add }).reply;
}

const spends = (usd: number, wishes: Wishes = CAPPED): Story => {
  const story = working(wishes);
  story.says(answered(usd));
  return story;
};

const spendsTokens = (tokens: number): Story => {
  const story = working(BY_TOKENS);
  story.says(answered(null, tokens));
  return story;
};

const worked = (wishes: Wishes = {}): Story => {
  const story = working(wishes).after(2 * MINUTE);
  story.says(answered(1));
  return story;
};

function exits(story: Story) {
  story.after(2 * MINUTE);
  return story.exits();
}

function exited(usd: number): Story {
  const story = spends(usd);
  if (story.run.pending === null) story.exits();
  else story.ended();
  return story;
}

function lingers() {
  const story = spends(5.2);
  story.says(TURN);
  return story.after(10 * SECOND).tick();
}

function ended(usd: number) {
  const story = spends(usd);
  story.says(TOOL);
  return story.ended();
}

function sinceMilestone() {
  const story = spends(2);
  story.claims('progress', 'step 1');
  story.says(answered(3.1, 1000, 'two'));
  return story.exits();
}

function unpriced() {
  const story = spends(5);
  story.says(answered(null, 1000, 'two'));
  return story.exits();
}

function unpricedIn(wishes: Wishes): Story {
  const story = working(wishes).after(2 * MINUTE);
  story.says(answered(null, 1000));
  return story;
}

function done() {
  const story = spends(5.2);
  return story.claims('done', 'all is well');
}

function resumes(story: Story, addUsd?: number) {
  const add = addUsd === undefined ? {} : { add: { micros: addUsd * 1_000_000, tokens: 0 } };
  return story.operator({ kind: 'resume', prompt: null, ...add });
}

function setsCap(story: Story, usd: number) {
  return story.operator({ kind: 'set', policy: { maxCostMicros: usd * 1_000_000 }, words: 'DOGWATCH_MAX_COST' });
}

function afterSetting(story: Story, usd: number): Story {
  setsCap(story, usd);
  return story;
}

function raisedAlive(): Story {
  const story = spends(5);
  resumes(story, 5);
  return story;
}

function spentAgain(usd: number) {
  const story = exited(5.2);
  resumes(story, 5);
  story.started();
  story.says(answered(usd, 1000, 'two'));
  return story.says(TOOL);
}

function rebooted(): Story {
  const story = spends(5.2);
  story.restarts({ rebooted: true });
  return story;
}

const due = (story: Story) => story.decisions.findLast(({ actions }) => actions.length > 0) ?? story.last;

function unpaused() {
  const story = spends(5.2);
  story.operator({ kind: 'pause', because: 'lunch' });
  story.exits();
  return story.operator({ kind: 'unpause' });
}

function pausedAlive() {
  const story = working(CAPPED);
  story.operator({ kind: 'pause', because: 'lunch' });
  story.says(answered(5));
  return story.says(TOOL);
}

function blockedAlive() {
  const story = working(CAPPED);
  story.claims('blocked', 'which port?');
  story.says(answered(5));
  return story.says(TOOL);
}

function milestoned() {
  const story = exited(5.2);
  return story.gathered({ head: 'c0ffee0002', commits: ['c0ffee0002'] });
}

/** Handed off, and mended by an agent that spends the rest. */
/** Some time after the recovery agent of a run that has cost 2 USD began. */
function mendedFor(ms: number, wishes: Wishes = { policy: { maxCostMicros: 6_000_000, maxResumes: 0 } }): Story {
  const story = working(wishes);
  story.recovers = true;
  story.says(answered(2));
  story.exits(1);
  story.gathered();
  story.mends();
  return story.after(ms);
}

const used = (usd: number) => [
  { model: 'model', tokens: { input: 1000, output: 0, cacheRead: 0, cacheWrite: 0 }, statedUsd: usd, computedUsd: 0, unpriced: 0 },
];

function counts(usd: number | null, recovery = 1) {
  return mendedFor(21 * SECOND).tell({ kind: 'recovery.counted', recovery, amounts: usd === null ? null : used(usd) });
}

function countedAndGone() {
  const story = mendedFor(21 * SECOND);
  story.tell({ kind: 'recovery.counted', recovery: 1, amounts: used(4) });
  return story.settle({ kind: 'recovery-ended', refused: null, because: 'SIGTERM', spent: used(4.5) });
}

function mended() {
  const story = mendedFor(0);
  story.mender('resume', 'try it again');
  return story.settle({ kind: 'recovery-ended', refused: null, because: 'SIGTERM', spent: used(4) });
}

/** Its recovery agent hands the run back and did not say what it used. */
function silent(policy: NonNullable<Wishes['policy']>) {
  const story = mendedFor(0, { policy });
  story.mender('resume', 'try it again');
  return { story, last: story.settle(GONE) };
}

const GONE = { kind: 'recovery-ended', refused: null, because: 'SIGTERM', spent: null } as const;

const silentlyMended = (policy: NonNullable<Wishes['policy']>) => silent(policy).last;
const storyOf = (policy: NonNullable<Wishes['policy']>) => silent(policy).story;

/** The day ends it: otherwise it would be the supervisor's turn once more. */
function endedByDay(policy: NonNullable<Wishes['policy']>) {
  const story = withDay(mendedFor(SECOND, { policy }));
  story.tick();
  return story.settle(GONE);
}

function refusedMender(policy: NonNullable<Wishes['policy']>) {
  const story = mendedFor(SECOND, { policy });
  story.tell({ kind: 'recovery.exited', recovery: 1 });
  return story.settle({ ...GONE, refused: limit({ text: 'spent' }) });
}

function countsUnpriced(policy: NonNullable<Wishes['policy']>) {
  const [amount] = used(0);
  const amounts = [{ ...amount, model: 'odd-model', unpriced: 1000 }] as ReturnType<typeof used>;
  return mendedFor(21 * SECOND, { policy }).tell({ kind: 'recovery.counted', recovery: 1, amounts });
}

function withDay(story: Story, day: DayCap = SPENT): Story {
  story.day = day;
  return story;
}

function waits(): Story {
  const story = withDay(worked());
  exits(story);
  return story;
}

function nextDay() {
  const story = waits();
  story.gathered();
  story.day = { ...SPENT, spent: null };
  story.after(TOMORROW - story.now.wall);
  return story.tick();
}

function mendedOnSpentDay() {
  const story = working({ policy: { maxResumes: 0 } });
  story.recovers = true;
  story.exits(1);
  story.gathered();
  story.day = SPENT;
  return story.operator({ kind: 'recover', recovery: MENDER });
}

function untoldTwice() {
  const story = working(CAPPED);
  worksAndExits(story);
  story.started();
  return worksAndExits(story);
}

function stopped(): Story {
  const story = working(STOPS);
  worksAndExits(story);
  return story;
}

function endsWithTurn() {
  const story = working(STOPS).after(2 * MINUTE);
  story.says(TURN);
  return story.says();
}

/** An attempt that reaches a cap of its command, or ends otherwise. */
function capped(how: 'said' | 'exit' | 'other'): Story {
  const story = working().after(2 * MINUTE);
  if (how === 'said') story.says({ kind: 'cap', text: 'Reached maximum budget ($1)' }, { kind: 'turn', well: false });
  else story.says(TOOL);
  exitsWith(story, how);
  return story;
}

function exitsWith(story: Story, how: 'said' | 'exit' | 'other') {
  const code = how === 'exit' ? 55 : 1;
  const exit = { kind: 'process.exited', code, signal: null, outOfMemory: false, survivors: [] } as const;
  return story.tell({ ...exit, attempt: story.attempt, ...(how === 'exit' && { capped: true as const }) });
}

function cappedAgain() {
  const story = capped('exit');
  resumes(story);
  story.started();
  story.after(2 * MINUTE).says(TOOL);
  return exitsWith(story, 'exit');
}

function rebootedAfter(story: Story) {
  story.restarts();
  return story.restarts({ rebooted: true });
}

function endFails() {
  const story = spends(5);
  story.says(TOOL);
  return story.settle({ kind: 'end-failed', attempt: 1, because: 'it does not die' });
}
