import { costInShort } from '../core/spend/report.ts';
import { bytesInWords } from '../core/values/bytes.ts';
import { longCardOf } from '../view/card.ts';
import { type Clock, distance, readable, timeOf, when } from '../view/clock.ts';
import type { RunDetail } from '../view/detail.ts';
import type { FilesystemView, RunView, View } from '../view/model.ts';
import { brief, countsInWords, doubtsOf, noticeInWords, pulseOf, shortageOf, stepInWords, windowInWords } from '../view/words.ts';

/** What the page shows of all runs: the view, in words and for one clock. */
export const overviewOf = (view: View, clock: Clock) => ({
  ...headOf(view, clock),
  counts: view.counts,
  summary: countsInWords(view),
  brief: brief(view),
  cost: view.cost.usd === null ? null : costInShort(view.cost),
  runs: view.runs.map((run) => rowOf(run, clock)),
  disks: view.host.filesystems.map((disk) => diskOf(disk, clock)),
  accounts: view.accounts
    .map(({ account, holds, windows }) => ({
      account,
      lines: [
        ...holds.map(({ because, until }) => `held: ${readable(clock, because)}${until === null ? '' : `, until ${when(clock, until)}`}`),
        ...windows.map((window) => windowInWords(window, clock)),
      ],
    }))
    .filter(({ lines }) => lines.length > 0),
  unreadable: view.unreadable,
});
export type Overview = ReturnType<typeof overviewOf>;

/** What the page shows of one run. Times on its axis stay dates, all others are words. */
export const runPageOf = (detail: RunDetail, clock: Clock) => ({
  ...headOf({ ...detail, runs: [detail.run] }, clock),
  run: rowOf(detail.run, clock),
  facts: longCardOf(detail, clock).filter(({ label }) => label !== 'do' && label !== 'journal'),
  explanation: readable(clock, detail.explanation),
  said: detail.said,
  timeline: {
    ...detail.timeline,
    disk: detail.timeline.disk.map((one) => ({ ...one, words: bytesInWords(one.availableBytes) })),
  },
  journal: detail.journal.map((line) => ({
    ...line,
    time: timeOf(clock, line.at),
    because: readable(clock, line.because),
    isFailure: line.isFailure,
  })),
});
export type RunPage = ReturnType<typeof runPageOf>;

/** What is on top of every page: whether it can be trusted, and what is wrong beside the runs. */
const headOf = (view: Pick<View, 'at' | 'host' | 'runs' | 'keptAt' | 'leftOut' | 'notices'>, clock: Clock) => ({
  version: 1 as const,
  at: view.at,
  time: timeOf(clock, view.at),
  zone: clock.zone,
  host: view.host.name,
  isWatched: view.host.condition === 'alive',
  pulse: pulseOf(view, clock),
  doubts: doubtsOf(view, clock),
  shortages: view.host.filesystems.flatMap((disk) => shortageOf(disk, clock) ?? []),
  notices: view.notices.map((notice) => noticeInWords(notice, clock)),
});

const rowOf = (run: RunView, clock: Clock) => ({
  id: run.id,
  name: run.name,
  group: run.group,
  sign: run.sign,
  state: run.state,
  label: run.label,
  since: when(clock, run.since),
  why: readable(clock, run.why),
  next: run.next,
  nextInWords: stepInWords(run.next, clock),
  agent: run.agent,
  resumes: `${run.resumesWithoutProgress}/${run.maxResumes}`,
  attempts: run.attempts,
  isAlive: run.lastAttempt?.alive === true && run.found !== 'gone',
  active: run.lastActivityAt === null ? 'not yet' : distance(clock, run.lastActivityAt),
  cost: costInShort(run.cost),
  calls: run.calls,
  commands: run.commands,
});

const diskOf = (disk: FilesystemView, clock: Clock) => ({
  path: disk.path,
  availableBytes: disk.availableBytes,
  totalBytes: disk.totalBytes,
  softBytes: disk.softBytes,
  criticalBytes: disk.criticalBytes,
  pressure: disk.pressure,
  words: `${bytesInWords(disk.availableBytes)} of ${bytesInWords(disk.totalBytes)} available`,
  full: disk.fullAt === null ? null : when(clock, disk.fullAt),
  filledBy: disk.filledBy,
  marks: `short of space below ${bytesInWords(disk.softBytes)}, critical below ${bytesInWords(disk.criticalBytes)}`,
});
