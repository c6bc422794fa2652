import { isOver } from '../core/model/run.ts';
import { costInShort, costInWords } from '../core/spend/report.ts';
import { counted } from '../core/values/counted.ts';
import { sanitizeForLine } from '../system/text/sanitize.ts';
import { type Clock, readable, span, timeOf } from '../view/clock.ts';
import type { HeldSpan, Report, ReportedRun } from './model.ts';

/** A report in words, before it becomes plain text or Markdown. All texts are safe to show. */
export interface Page {
  readonly title: string;
  readonly doubts: readonly string[];
  readonly summary: string;
  readonly sections: readonly Section[];
}

interface Section {
  readonly title: string;
  readonly items: readonly Item[];
}

interface Item {
  readonly name: string;
  readonly text: string;
  readonly more: readonly string[];
  /** What to type. */
  readonly commands: readonly { readonly type: string; readonly does: string }[];
}

/** Further milestones of a run are counted; `--json` has more of them. */
const MOST_MADE = 5;
/** Shorter rests are everyday: they are counted, not described. */
const SHORT_MS = 60_000;

export function pageOf(report: Report, clock: Clock): Page {
  const { calls, runs, host, since, at } = report;
  const words = (text: string) => sanitizeForLine(readable(clock, text));
  const item = (name: string, text: string, rest: Partial<Item> = {}): Item => ({
    name: words(name),
    text: words(text),
    more: (rest.more ?? []).map(words),
    commands: (rest.commands ?? []).map(({ type, does }) => ({ type: words(type), does })),
  });
  const ended = runs.filter(({ endedAt }) => endedAt !== null);
  const active = runs.filter((run) => !isOver(run));
  const held = runs.filter((run) => run.held.ms >= SHORT_MS);
  const sections: Section[] = [
    { title: 'Needs you', items: calls.map(({ run, why, commands }) => item(run ?? 'this machine', why, { commands })) },
    { title: 'Ended', items: ended.map((run) => item(run.name, endOf(run, clock))) },
    {
      title: 'Goes on',
      items: active.map((run) => item(run.name, `${run.state}: ${run.because}${workOf(run)}`)),
    },
    {
      title: 'Held',
      items: held.map((run) =>
        item(run.name, heldInWords(run), { more: run.held.longest.filter(({ ms }) => ms >= SHORT_MS).map((one) => spanOf(one, clock)) }),
      ),
    },
    {
      title: 'Made',
      items: runs
        .filter(({ made }) => made.length > 0)
        .map((run) =>
          item(run.name, counted(run.milestones, 'milestone') + (run.milestones > MOST_MADE ? `, the last ${MOST_MADE}:` : ':'), {
            more: run.made.slice(-MOST_MADE).map(({ at: when, attempt, what }) => `${timeOf(clock, when)}  attempt ${attempt}: ${what}`),
          }),
        ),
    },
  ];
  return {
    title: `${words(host)}, ${timeOf(clock, since)} to ${timeOf(clock, at)} ${clock.zone}`,
    doubts: report.doubts.map(words),
    summary: words(summaryOf(report, clock)),
    sections: sections.filter(({ items }) => items.length > 0),
  };
}

/** One line for all of it. */
function summaryOf({ isJournalRead, counts, cost, since, runs }: Report, clock: Clock): string {
  if (!isJournalRead) return 'What happened is unknown: the journal cannot be read.';
  if (runs.length === 0) return `Nothing has run since ${timeOf(clock, since)}.`;
  const parts = [
    counted(counts.runs, 'run'),
    ...(['complete', 'stopped', 'failed'] as const).flatMap((state) => (counts[state] === 0 ? [] : [`${counts[state]} ${state}`])),
    ...(counts.person === 0 ? [] : [`${counts.person} ${counts.person === 1 ? 'needs' : 'need'} you`]),
    `${counted(counts.attemptsStarted, 'attempt')} started`,
    counted(counts.milestones, 'milestone'),
    ...(counts.recoveries === 0 ? [] : [counted(counts.recoveries, 'recovery', 'recoveries')]),
  ];
  return `${parts.join(', ')}; cost: ${costInWords(cost) ?? 'unknown'}.`;
}

const endOf = (run: ReportedRun, clock: Clock): string =>
  `${run.state} at ${timeOf(clock, run.endedAt ?? '')}: ${run.because.replace(/[.\s]+$/, '')}${workOf(run)}`;

function workOf({ attemptsStarted, milestones, recoveries, cost }: ReportedRun): string {
  const parts = [
    ...(attemptsStarted === 0 ? [] : [`${counted(attemptsStarted, 'attempt')} started`]),
    ...(milestones === 0 ? [] : [counted(milestones, 'milestone')]),
    ...(recoveries === 0 ? [] : [counted(recoveries, 'recovery', 'recoveries')]),
    ...(cost === null ? [] : [costInShort(cost)]),
  ];
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}

const heldInWords = ({ held: { ms, times } }: ReportedRun): string => `for ${span(ms)}${times === 1 ? '' : `, in ${times} parts`}`;

function spanOf({ state, from, to, ms, because }: HeldSpan, clock: Clock): string {
  const until = to === null ? 'until now' : `to ${timeOf(clock, to)}`;
  return `${timeOf(clock, from)} ${until}, ${span(ms)}: ${state}${because === null ? '' : `, ${because}`}`;
}
