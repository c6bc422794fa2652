import { describe, expect, test } from 'vitest';
import type { RunDecision } from '../../src/core/decision.ts';
import type { Instant, Signal } from '../../src/core/model/facts.ts';
import type { HostAction } from '../../src/core/model/host.ts';
import { noticesAfter } from '../../src/core/notice-changes.ts';
import { acknowledged, type Notice, type NoticeChanges } from '../../src/core/notices/notice.ts';
import { noticeDraft } from '../../src/core/notices/wording.ts';
import { Fleet, limit } from '../kit/core/fleet.ts';
import { hostDecision, news, plus, START } from '../kit/core/notice-samples.ts';
import { HOUR, MINUTE, type Story, working, worksAndExits } from '../kit/core/world.ts';

const AUTH: Signal = { kind: 'auth', text: 'Invalid API key' };

const made = (notices: readonly Notice[], { kept, dropped }: NoticeChanges): readonly Notice[] => [
  ...notices.filter(({ id }) => !dropped.includes(id) && !kept.some((one) => one.id === id)),
  ...kept,
];

/** The notices after these decisions, starting from these. */
const all = (decisions: readonly RunDecision[], before: readonly Notice[] = []): readonly Notice[] =>
  decisions.reduce(
    (notices, decision) =>
      made(
        notices,
        noticesAfter(notices, decision, { noticeDraft: (action, run) => noticeDraft(action, run, []), recovers: false, waiting: () => [] }),
      ),
    before,
  );

const short = (notices: readonly Notice[]) =>
  notices.map(({ cause, state, runs }) => `${cause} ${state} ${runs.map(({ name }) => name).join('+')}`);

describe('a run that needs a person', () => {
  function blocked(): Story {
    const story = working();
    story.claims('blocked', 'the registry wants a token');
    return story;
  }

  test('is reported once, whatever is seen after it', () => {
    const story = blocked();
    story.after(MINUTE).exits();
    story.gathered();
    story.after(HOUR).tick();
    expect(short(all(story.decisions))).toEqual(['blocked/upgrade-1 open upgrade']);
  });

  test.each<[string, (story: Story) => void, string]>([
    ['resumed', (story) => story.operator({ kind: 'resume', prompt: null }), 'resume requested by the operator'],
    ['stopped', (story) => [story.operator({ kind: 'stop', because: 'enough' }), story.ended()], 'enough'],
    ['complete after all', (story) => story.claims('done', 'all of it'), 'all of it'],
  ])('and does not any more once it is %s', (_, end, because) => {
    const story = blocked();
    const open = all(story.decisions);
    const known = story.decisions.length;
    end(story);
    const [notice] = all(story.decisions.slice(known), open);
    expect(notice).toMatchObject({ state: 'cleared', over: expect.stringContaining(because) });
  });

  test('again, for another reason later, is another notice', () => {
    const story = blocked();
    story.operator({ kind: 'resume', prompt: null });
    story.after(MINUTE).claims('blocked', 'still no token');
    expect(short(all(story.decisions))).toEqual(['blocked/upgrade-1 cleared upgrade', 'blocked/upgrade-1 open upgrade']);
  });

  test('the budget is spent: reported, and over when it is resumed', () => {
    const story = working({ policy: { maxResumes: 0 } });
    worksAndExits(story);
    story.gathered();
    expect(short(all(story.decisions))).toEqual(['budget/upgrade-1 open upgrade']);
    story.operator({ kind: 'resume', prompt: null });
    expect(short(all(story.decisions))).toEqual(['budget/upgrade-1 cleared upgrade']);
  });

  test('a permission was denied, and it goes on: open until something new is done', () => {
    const story = working();
    story.says({ kind: 'permission', text: 'external_directory' });
    story.exits(0);
    story.after(5 * MINUTE).tick();
    story.started();
    expect(short(all(story.decisions))).toEqual(['permission/upgrade-1 open upgrade']);
    story.claims('progress', 'one package done');
    expect(short(all(story.decisions))).toEqual(['permission/upgrade-1 cleared upgrade']);
  });
});

describe('an account that is refused', () => {
  function refused(signal: Signal, runs = 12): Fleet {
    const names = Array.from({ length: runs }, (_, index) => `job-${index}`);
    const fleet = new Fleet(Object.fromEntries(names.map((name) => [name, {}])));
    fleet.after(2 * MINUTE);
    for (const name of names) fleet.says(name);
    for (const name of names) fleet.isRefused(name, signal);
    fleet.after(HOUR);
    return fleet;
  }

  test.each<[string, Signal, string]>([
    ['refused credentials', AUTH, 'auth'],
    ['a cap on money', limit({ name: 'spend', isCap: true }), 'limit spend'],
  ])('%s: twelve runs are one notice', (_, signal, kind) => {
    const notices = all(refused(signal).decisions);
    expect(notices.map(({ cause, state }) => [cause, state])).toEqual([[`${kind}/opencode/anthropic/1f2e3d4c5b6a`, 'open']]);
  });

  test('a limit that resets by itself is no notice', () => {
    expect(all(refused(limit({ resetsAtWall: Date.UTC(2026, 10, 23, 5), provenance: 'structured' })).decisions)).toEqual([]);
  });

  test('it works again: over', () => {
    const fleet = refused(AUTH, 2);
    fleet.tell({ kind: 'credentials.seen', run: 'job-0', fingerprint: 'old' });
    fleet.tell({ kind: 'credentials.seen', run: 'job-0', fingerprint: 'new' });
    fleet.after(MINUTE);
    const [probe = ''] = ['job-0', 'job-1'].filter((name) => fleet.resumes(name).length > 0);
    expect(short(all(fleet.decisions))[0]).toContain(' open ');
    fleet.says(probe, { kind: 'tool' });
    const [notice, ...others] = all(fleet.decisions);
    expect([notice, others]).toMatchObject([{ state: 'cleared', over: expect.stringContaining('is no longer refused') }, []]);
  });

  test('acknowledged, and a login did not help: reported again', () => {
    const fleet = refused(AUTH, 2);
    const acked = acknowledged(all(fleet.decisions), 'job-0', fleet.now);
    expect(acked).toHaveLength(1);
    const known = fleet.decisions.length;
    fleet.tell({ kind: 'credentials.seen', run: 'job-1', fingerprint: 'old' });
    fleet.tell({ kind: 'credentials.seen', run: 'job-1', fingerprint: 'new' });
    fleet.after(MINUTE);
    const [probe = ''] = ['job-0', 'job-1'].filter((name) => fleet.resumes(name).length > 0);
    fleet.isRefused(probe, AUTH);
    fleet.after(MINUTE);
    const again = all(fleet.decisions.slice(known), acked);
    expect(again.map(({ id, state }) => [id, state])).toEqual([[acked[0]?.id, 'open']]);
  });
});

describe('the machine', () => {
  const told = (isOver: boolean) =>
    ({
      kind: 'tell',
      id: 'host/9/x',
      cause: { about: 'disk', path: '/', isReadOnly: false },
      because: isOver ? 'enough space again' : 'short of space',
      tried: ['images: 0 B'],
      isOver,
    }) as const;
  const waiting = () => [
    { id: 'a.1', name: 'a' },
    { id: 'b.1', name: 'b' },
  ];
  const saidOfHost = (notices: readonly Notice[], action: HostAction, at: Instant) =>
    noticesAfter(notices, hostDecision([action], at), { noticeDraft: () => news(), recovers: false, waiting });

  test('is short of space: one notice with the runs that wait, and its end', () => {
    const open = made([], saidOfHost([], told(false), START));
    expect(short(open)).toEqual(['disk / open a+b']);
    expect(acknowledged(open, 'b.1', START)).toHaveLength(1);
    const over = made(open, saidOfHost(open, told(true), plus(HOUR)));
    expect(over).toMatchObject([{ state: 'cleared', over: 'enough space again', tried: ['images: 0 B'] }]);
  });
});
