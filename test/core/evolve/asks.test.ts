import { describe, expect, test } from 'vitest';
import { openAsks } from '../../../src/core/asks/ask.ts';
import type { RunDecision } from '../../../src/core/decision.ts';
import { type NoticeContext, noticesAfter } from '../../../src/core/notice-changes.ts';
import { type Notice, openNotice } from '../../../src/core/notices/notice.ts';
import { noticeDraft } from '../../../src/core/notices/wording.ts';
import { HOUR, MINUTE, SECOND, type Story, type Wishes, working } from '../../kit/core/world.ts';

const ASKS: Wishes = { policy: { asks: true } };
const asking = (text = 'Bash: git push', request = 'a1') => {
  const story = working(ASKS);
  story.asks(text, { request });
  return story;
};
const CONTEXT = { noticeDraft: (action, run) => noticeDraft(action, run, []), recovers: false, waiting: () => [] } as NoticeContext;
/** The notices after a decision, those that changed in their place. */
function noticesWith(notices: readonly Notice[], decision: RunDecision): readonly Notice[] {
  const { kept } = noticesAfter(notices, decision, CONTEXT);
  return [
    ...notices.map((one) => kept.find(({ id }) => id === one.id) ?? one),
    ...kept.filter(({ id }) => !notices.some((one) => one.id === id)),
  ];
}
const escalation = { kind: 'escalate', id: 'x', to: 'operator', cause: 'question', because: 'asked' } as const;
const said = ({ reply }: RunDecision) => [reply?.accepted, reply?.message];
/** The answer that the process that waits under this name may pass on. */
const passedOn = ({ run }: Story, request: string) => {
  const ask = run.asks?.all.find((one) => one.request === request);
  return ask?.taken === true ? ask.answer?.says : undefined;
};
/** The attempt dies, and the next one works. */
function resumed(story: Story): Story {
  story.exits();
  story.after(SECOND).gathered();
  story.after(HOUR).tick();
  story.started();
  story.says();
  return story;
}

describe('a question', () => {
  test('calls a person, once, with the commands that answer it', () => {
    const story = asking();
    expect(story.last.actions).toMatchObject([{ kind: 'escalate', to: 'operator', cause: 'question 1' }]);
    expect(story.last.because).toContain('question 1: Bash: git push');
    expect(openAsks(story.run)).toMatchObject([{ number: 1, attempt: 1, answer: null, taken: false }]);
  });

  test('that follows another one calls a person as well, each with the command that answers it alone', () => {
    const story = asking();
    story.asks('Bash: git tag', { request: 'a2' });
    expect(story.last.actions).toMatchObject([{ kind: 'escalate', to: 'operator', cause: 'question 2' }]);
    const notices = story.decisions.reduce<readonly Notice[]>((before, decision) => noticesWith(before, decision), []);
    const open = notices.map(({ cause, state, commands }) => [cause, state, commands[0]]);
    expect(open).toEqual([
      [`question 1/${story.run.id}`, 'open', `dogwatch answer ${story.run.name} yes --question 1`],
      [`question 2/${story.run.id}`, 'open', `dogwatch answer ${story.run.name} yes --question 2`],
    ]);
    const answered = noticesWith(notices, story.answers('no', { number: 1 }));
    expect(answered.map(({ cause, state }) => [cause, state])).toEqual([
      [`question 1/${story.run.id}`, 'cleared'],
      [`question 2/${story.run.id}`, 'open'],
    ]);
    story.after(HOUR).tick();
    expect(noticesWith(answered, story.last).map(({ state }) => state)).toEqual(['cleared', 'cleared']);
  });

  test('has no notice of its own in a state of an older build: that one is over with the last question', () => {
    const story = asking();
    story.asks('Bash: git tag', { request: 'a2' });
    const older: Notice = {
      ...openNotice(noticeDraft({ ...escalation, run: story.run.id }, story.run, []), story.now),
      cause: `question/${story.run.id}`,
    };
    const one = noticesWith([older], story.answers('no', { number: 1 }));
    expect(one.map(({ state }) => state)).toEqual(['open']);
    expect(noticesWith(one, story.answers('no', { number: 2 })).map(({ state }) => state)).toEqual(['cleared']);
  });

  test('is answered once, and its answer is taken once', () => {
    const story = asking();
    expect(said(story.answers('yes'))).toEqual([true, expect.stringContaining('answered yes')]);
    expect(passedOn(story, 'a1')).toBe(undefined);
    expect(said(story.answers('no'))).toEqual([false, 'question 1 has been answered already: yes']);
    expect(said(story.takes('a1'))[0]).toBe(true);
    expect(passedOn(story, 'a1')).toBe('yes');
    expect(said(story.takes('a1'))).toEqual([false, 'its answer was used before']);
    expect(said(story.answers('no'))[0]).toBe(false);
    story.asks('Bash: git push', { request: 'a2' });
    expect([passedOn(story, 'a2'), openAsks(story.run).length]).toEqual([undefined, 1]);
  });

  test('leaves its attempt alone, however silent it is, until it is denied', () => {
    const story = working({ policy: { asks: true, permissionGraceMs: 5 * HOUR } });
    story.asks('Bash: git push', { request: 'a1' });
    for (let minutes = 1; minutes < 300; minutes++) story.after(MINUTE).sample(0);
    expect([story.run.attempt?.alive, story.actions.filter(({ kind }) => kind === 'end')]).toEqual([true, []]);
    expect(story.run.because).toContain('waits for a person');
    story.after(MINUTE).tick();
    expect(story.last.because).toContain('denied, nobody answered within 5h');
    story.takes('a1');
    expect([passedOn(story, 'a1'), openAsks(story.run)]).toEqual(['no', []]);
    expect(said(story.answers('yes'))[0]).toBe(false);
  });

  test.each<[string, (story: Story) => void]>([
    ['answered', (story) => story.answers('yes')],
    ['denied', (story) => story.after(4 * HOUR).tick()],
  ])('that is %s after hours leaves its attempt the usual time to go on, and no more', (_, ends) => {
    const story = working({ policy: { asks: true, permissionGraceMs: 5 * HOUR } });
    story.asks('Bash: git push', { request: 'a1' });
    for (let minutes = 1; minutes <= 60; minutes++) story.after(MINUTE).sample(0);
    ends(story);
    for (let minutes = 1; minutes < 15; minutes++) story.after(MINUTE).sample(0);
    expect(story.actions.filter(({ kind }) => kind === 'end')).toEqual([]);
    for (let minutes = 1; minutes < 5; minutes++) story.after(MINUTE).sample(0);
    expect(story.actions.filter(({ kind }) => kind === 'end')).toHaveLength(1);
  });

  test('of a run that was stopped is asked anew once it is resumed', () => {
    const story = working({ policy: { asks: true, permissionGraceMs: 5 * HOUR } });
    story.asks('Bash: git push', { request: 'a1' });
    story.operator({ kind: 'stop', because: 'enough' });
    story.settle({ kind: 'ended', attempt: 1, because: 'SIGTERM' });
    expect([story.run.state, openAsks(story.run)]).toEqual(['stopped', []]);
    story.operator({ kind: 'resume', prompt: null });
    story.after(MINUTE).tick();
    story.started();
    story.says();
    expect(said(story.answers('yes', { number: 1 }))[0]).toBe(false);
    story.asks('Bash: git push', { request: 'a2' });
    expect(story.last.actions).toMatchObject([{ kind: 'escalate', cause: 'question 2' }]);
  });

  test('is not answered after its time, although no watchdog has denied it yet', () => {
    const story = asking();
    story.after(10 * MINUTE);
    expect(said(story.answers('yes'))).toEqual([false, 'question 1 is denied: nobody answered within 10m']);
    story.takes('a1');
    expect(passedOn(story, 'a1')).toBe('no');
  });

  test('of an attempt that died is not asked again, and its answer reaches the next one', () => {
    const story = resumed(asking());
    expect(openAsks(story.run)).toEqual([]);
    const again = working({ policy: { asks: true, permissionGraceMs: 5 * HOUR } });
    again.asks('Bash: git push', { request: 'a1' });
    resumed(again);
    again.asks('Bash: git push', { request: 'a2' });
    expect([again.last.actions, openAsks(again.run).length]).toEqual([[], 1]);
    again.answers('yes');
    expect(said(again.takes('a1'))[0]).toBe(false);
    again.takes('a2');
    expect(passedOn(again, 'a2')).toBe('yes');
  });

  test('that is answered while nobody waits is answered by the next prompt, and to whoever asks the same, once', () => {
    const story = working({ policy: { asks: true, permissionGraceMs: 5 * HOUR } });
    story.asks('Bash: git push', { request: 'a1' });
    story.exits();
    story.after(SECOND).gathered();
    story.answers('text', { text: 'push to the branch' });
    story.after(HOUR).tick();
    const resume = story.actions.findLast((action) => action.kind === 'resume');
    expect(resume).toMatchObject({ attempt: 2, prompt: { answers: expect.stringContaining('(Bash: git push): “push to the branch”') } });
    story.started();
    story.says();
    story.asks('Bash: git push', { request: 'a2' });
    expect([passedOn(story, 'a2'), openAsks(story.run).length]).toEqual(['text', 0]);
    story.asks('Bash: git push', { request: 'a3' });
    expect([passedOn(story, 'a3'), openAsks(story.run).length]).toEqual([undefined, 1]);
    story.exits();
    story.after(SECOND).gathered();
    story.after(HOUR).tick();
    expect(story.actions.findLast((action) => action.kind === 'resume')?.prompt.answers).toBe(undefined);
  });

  test('that is always answered alike calls nobody', () => {
    const story = asking();
    story.answers('yes', { always: true });
    story.takes('a1');
    story.asks('Bash: git push', { request: 'a2' });
    expect([story.last.actions, passedOn(story, 'a2')]).toEqual([[], 'yes']);
    story.asks('Bash: git push --force', { request: 'a3' });
    expect(openAsks(story.run)).toMatchObject([{ text: 'Bash: git push --force' }]);
  });
});

describe('what is said of a question', () => {
  const PATIENT: Wishes = { policy: { asks: true, permissionGraceMs: 5 * HOUR } };
  const patient = () => {
    const story = working(PATIENT);
    story.asks('Bash: git push', { request: 'a1' });
    return story;
  };

  test('that is refused: what was asked, and why', () =>
    expect(working().asks('Bash: git push').because).toContain('question 1: Bash: git push: refused, DOGWATCH_ASK=0'));

  test('that a rule answers', () => {
    const story = asking();
    story.answers('yes', { always: true });
    expect(story.asks('Bash: git push', { request: 'a2' }).because).toContain('question 2: Bash: git push: yes (as always in this run)');
  });

  test('that is asked again while it is open, and after it was answered', () => {
    const open = resumed(patient());
    expect(open.asks('Bash: git push', { request: 'a2' }).because).toContain(
      'attempt 2 asks the same again; question 1: Bash: git push is still open',
    );
    const answered = patient();
    answered.exits();
    answered.after(SECOND).gathered();
    expect(answered.answers('no').because).toContain(
      'question 1: Bash: git push: answered no; the attempt that asked is gone, so the next one gets the answer',
    );
    answered.after(HOUR).tick();
    answered.started();
    expect(answered.asks('Bash: git push', { request: 'a2' }).because).toContain(
      'attempt 2 asks the same again; question 1: Bash: git push was answered before: no',
    );
  });

  test('that its own attempt asks twice is asked twice', () => {
    const story = patient();
    story.asks('Bash: git push', { request: 'a2' });
    expect(openAsks(story.run).map(({ number, request }) => [number, request])).toEqual([
      [1, 'a1'],
      [2, 'a2'],
    ]);
  });

  test('that is answered: for how long, and that the agent has it', () => {
    const once = patient();
    expect(once.answers('text', { text: 'use a branch' }).because).toMatch(
      /question 1: Bash: git push: answered “use a branch”(?!, always|; the attempt)/,
    );
    expect(once.takes('a1').because).toContain('the agent has got the answer to question 1');
    expect(patient().answers('no', { always: true }).because).toMatch(/: answered no, always in this run(?!; the attempt)/);
  });

  test.each<[string, (story: Story) => unknown, string]>([
    ['that is taken before it is answered', (story) => story.takes('a1'), 'the question has not been answered'],
    ['that nobody asked', (story) => story.takes('a9'), 'the question is not open any more'],
    [
      'without the token of its run',
      (story) => [story.answers('yes'), story.takes('a1', { genuine: false })],
      'the question is not open any more',
    ],
  ])('%s: refused', (_, does, why) => {
    const story = patient();
    does(story);
    expect(said(story.last)).toEqual([false, why]);
    expect(passedOn(story, 'a1')).toBe(undefined);
  });

  test('of a run that never asked: nothing is open', () =>
    expect(said(working(PATIENT).takes('a1'))).toEqual([false, 'the question is not open any more']));

  test('that is over and forgotten, to whoever answers it by its number', () => {
    const story = patient();
    story.exits();
    story.after(SECOND).gathered();
    story.after(6 * HOUR).tick();
    expect(said(story.answers('yes', { number: 1 }))).toEqual([false, 'there is no question 1 any more']);
    expect(said(story.answers('yes', { number: 2 }))).toEqual([false, 'there is no question 2']);
  });

  test('of several, to whoever answers one without its number: all of them', () => {
    const story = patient();
    story.asks('Bash: git tag', { request: 'a2' });
    expect(story.answers('yes').reply?.message).toBe(
      'it asks 2 questions (question 1: Bash: git push; question 2: Bash: git tag); choose one with --question NUMBER',
    );
  });

  test('of a run that is over: it takes no answer', () => {
    const story = patient();
    story.operator({ kind: 'stop', because: 'enough' });
    story.settle({ kind: 'ended', attempt: 1, because: 'SIGTERM' });
    expect(said(story.answers('yes', { number: 1 }))).toEqual([false, 'it is stopped']);
    expect(said(story.asks('Bash: git push', { request: 'a2' }))[1]).toBe('the run is stopped');
  });

  test('that nobody answered for an attempt that is gone is denied, and no later attempt hears of it', () => {
    const story = patient();
    story.exits();
    story.after(SECOND).gathered();
    expect(story.after(6 * HOUR).tick().because).toContain('question 1: Bash: git push: denied, nobody answered within 5h');
    expect(story.run.asks?.all).toEqual([]);
  });

  test('whose answer no attempt took is kept for a day', () => {
    const story = working({ policy: { asks: true, permissionGraceMs: 5 * HOUR }, done: {} });
    story.asks('Bash: git push', { request: 'a1' });
    story.answers('yes');
    story.after(24 * HOUR - 1).tick();
    expect(story.run.asks?.all).toHaveLength(1);
    story.after(1).tick();
    expect(story.run.asks?.all).toEqual([]);
  });
});

describe('an answer', () => {
  test.each<[string, (story: Story) => RunDecision, string]>([
    ['without a question', (story) => story.answers('yes'), 'it asks nothing'],
    ['to a question that never was', (story) => story.answers('yes', { number: 7 }), 'there is no question 7'],
    [
      'to one of several, without saying which',
      (story) => {
        story.asks('one');
        story.asks('two');
        return story.answers('yes');
      },
      'it asks 2 questions',
    ],
    [
      'from inside a run',
      (story) => {
        story.asks('one');
        const inside = { of: 'attempt', run: 'upgrade-1', number: 1, refused: false } as const;
        const command = { kind: 'answer', number: null, says: 'yes', text: '', always: false } as const;
        return story.tell({ kind: 'operator.requested', request: 'r1', command, inside });
      },
      'only a person can',
    ],
  ])('%s is refused, and does nothing', (_name, answers, why) => {
    const story = working(ASKS);
    const decision = answers(story);
    expect(said(decision)).toEqual([false, expect.stringContaining(why)]);
    expect(story.run.asks?.all.every(({ answer }) => answer === null) ?? true).toBe(true);
  });

  test.each<[string, Wishes, Parameters<Story['asks']>[1], string]>([
    ['is off', {}, {}, 'DOGWATCH_ASK=0'],
    ['is asked without the token', ASKS, { genuine: false }, 'living attempt'],
    ['is of another attempt', ASKS, { attempt: 9 }, 'living attempt'],
  ])('nobody is called if asking %s', (_name, wishes, options, why) => {
    const story = working(wishes);
    expect(said(story.asks('one', options))).toEqual([false, expect.stringContaining(why)]);
    expect([story.last.actions, openAsks(story.run)]).toEqual([[], []]);
  });

  test('more than 20 open questions are denied at once', () => {
    const story = working(ASKS);
    for (let number = 1; number <= 20; number++) story.asks(`question ${number}`);
    expect(said(story.asks('one more'))).toEqual([false, '20 questions are open already']);
  });

  test('of a reboot: the question waits as long as before', () => {
    const story = asking();
    story.now = { wall: story.now.wall + MINUTE, mono: SECOND };
    story.restarts({ rebooted: true });
    story.after(9 * MINUTE).tick();
    expect(openAsks(story.run).length).toBe(1);
    story.after(2 * MINUTE).tick();
    expect(openAsks(story.run).length).toBe(0);
  });
});
