import { describe, expect, test } from 'vitest';
import type { ReportedNotice } from '../../src/core/notices/report.ts';
import { factsOf } from '../../src/view/facts.ts';
import { GROUPS, type RunView } from '../../src/view/model.ts';
import { countsOf, inOrder, viewsOf } from '../../src/view/runs.ts';
import * as moments from '../kit/core/moments.ts';
import { DAY, type Story, working } from '../kit/core/world.ts';

const notice = (cause: string, state: ReportedNotice['state'] = 'open'): ReportedNotice => ({
  id: cause,
  cause,
  state,
  runs: ['upgrade'],
  subject: 'it needs a person',
  sentence: 'a person is needed',
  since: '2026-11-23T03:00:00.000Z',
  channels: [],
});

interface Beside {
  readonly notices?: readonly ReportedNotice[];
  readonly recovers?: boolean;
  readonly found?: RunView['found'];
  readonly laterMs?: number;
}

function viewed(story: Story, { notices = [], recovers = false, found = null, laterMs = 0 }: Beside = {}): RunView {
  const [run] = viewsOf([factsOf(story.run, found, recovers)], { nowWall: story.now.wall + laterMs, notices, filesystems: new Map() });
  if (run === undefined) throw new Error('expected one run');
  return run;
}

test.each<[string, () => Story, string, string, string]>([
  ['starting', moments.starting, 'working >>', 'it is ended and resumed if it stays silent', 'dogwatch logs -f upgrade'],
  ['working', moments.milestone, 'working >>', 'it is resumed when it dies before the job is done', 'dogwatch logs -f upgrade'],
  ['with a tool', moments.tool, 'quiet ..', 'it is ended and resumed if make still runs', 'dogwatch logs -f upgrade'],
  ['with a claim', moments.claimed, 'working >>', 'the check decides whether the job is done', 'dogwatch logs -f upgrade'],
  ['paused', moments.paused, 'held <<', 'nothing, until you unpause it', 'dogwatch unpause upgrade'],
  ['dead', moments.dead, 'held <<', 'attempt 2 starts', 'dogwatch resume upgrade'],
  ['limited', moments.limited, 'held <<', 'it or another run of its account is tried', 'dogwatch resume upgrade'],
  ['handed off', moments.handedOff, 'person !!', 'nothing, until you act', 'dogwatch logs upgrade'],
  ['blocked', moments.blocked, 'person !!', 'nothing, until you act', 'dogwatch logs -f upgrade'],
  ['being mended', moments.mending, 'held <<', 'recovery agent 1 must hand it back', 'dogwatch logs upgrade --recovery'],
  ['complete', moments.complete, 'done ok', 'what is left of it is ended', 'dogwatch logs -f upgrade'],
  ['stopped', moments.stopped, 'done --', 'nothing, until you resume it', 'dogwatch logs upgrade'],
  ['failed', moments.failed, 'person !!', 'nothing, until you resume it', 'dogwatch logs upgrade'],
])('a run that is %s: its group, its next step, and what to type', (_, moment, group, what, type) => {
  const run = viewed(moment());
  expect([`${run.group} ${run.sign}`, run.next.what, run.commands[0]?.type]).toEqual([group, what, type]);
  expect(run.why).not.toMatch(/[.\s]$/);
  if (run.next.at !== null) expect(Date.parse(run.next.at)).toBeGreaterThan(Date.parse(run.since));
});

test('a run that waits for another day is not offered a resume, which would not start it', () => {
  const { run } = moments.dead();
  const holds = [{ kind: 'cap' as const, untilWall: null, because: 'the day is spent' }];
  const [view] = viewsOf([factsOf({ ...run, state: 'waiting', due: null, holds }, null, false)], {
    nowWall: 0,
    notices: [],
    filesystems: new Map(),
  });
  const typed = view?.commands.map(({ type }) => type);
  expect(typed).toContain('dogwatch costs --by day');
  expect(typed).not.toContain('dogwatch resume upgrade');
});

describe('who needs a person', () => {
  test('a handed-off run only if no supervisor mends it', () => {
    expect(viewed(moments.handedOff(), { recovers: true })).toMatchObject({ group: 'held', next: { by: 'supervisor' } });
    expect(viewed(moments.handedOff())).toMatchObject({ group: 'person', next: { by: 'operator' } });
  });

  test('a run whose notice is open, until that is acknowledged', () => {
    const open = viewed(working(), { notices: [notice('overlong-tool/upgrade-1')] });
    expect(open).toMatchObject({ group: 'person', sign: '!!', state: 'working', calls: ['it needs a person'] });
    expect(open.commands.map(({ type }) => type)).toContain('dogwatch ack upgrade');
    expect(viewed(working(), { notices: [notice('overlong-tool/upgrade-1', 'acked')] })).toMatchObject({ group: 'working', calls: [] });
  });

  test('not a run that waits for a reserve: that lifts itself', () => {
    expect(viewed(moments.limited(), { notices: [notice('reserve five_hour/opencode/anthropic/1f2e3d4c5b6a')] }).group).toBe('held');
    expect(viewed(moments.limited(), { notices: [notice('limit spend/opencode/anthropic/1f2e3d4c5b6a')] }).group).toBe('person');
  });

  test('not every run that waits for a disk of the machine', () => {
    expect(viewed(working(), { notices: [notice('disk /')] }).group).toBe('working');
  });

  test('a failed run for a day, or until it is acknowledged', () => {
    expect(viewed(moments.failed(), { laterMs: DAY }).group).toBe('done');
    expect(viewed(moments.failed(), { laterMs: DAY, notices: [notice('failed/upgrade-1')] }).group).toBe('person');
    expect(viewed(moments.failed(), { notices: [notice('failed/upgrade-1', 'acked')] })).toMatchObject({ group: 'done', sign: 'xx' });
  });
});

test('a run whose process is gone is held, and says so', () => {
  const run = viewed(working(), { found: 'gone' });
  expect(run).toMatchObject({
    group: 'held',
    label: 'working (gone)',
    pid: null,
    next: { what: 'the next watchdog to look decides', at: null },
  });
  expect(run.why).toMatch(/^its process is gone; before: /);
});

test('what needs a person comes first, and names are sorted naturally', () => {
  const rows = ['done job-2', 'working job-10', 'working job-2', 'person z', 'held a', 'quiet b'].map((row) => {
    const [group = '', name = ''] = row.split(' ');
    return { group: group as RunView['group'], name };
  });
  expect(rows.sort(inOrder).map(({ group, name }) => `${group} ${name}`)).toEqual([
    'person z',
    'held a',
    'quiet b',
    'working job-2',
    'working job-10',
    'done job-2',
  ]);
  expect(countsOf(rows)).toEqual({ person: 1, held: 1, quiet: 1, working: 2, done: 1 });
  expect(Object.keys(countsOf([]))).toEqual([...GROUPS]);
});
