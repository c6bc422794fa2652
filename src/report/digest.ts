import type { Digest } from '../core/notices/morning.ts';
import { counted } from '../core/values/counted.ts';
import type { Clock } from '../view/clock.ts';
import type { Report } from './model.ts';
import { pageOf } from './sections.ts';
import { textOf } from './text.ts';

/** As many as fit into a notice, with one that says where the rest is. */
const MOST_LINES = 19;

/** A report in the few lines that a channel takes. */
export function digestOf(report: Report, clock: Clock): Digest {
  const { runs, failed, person } = report.counts;
  const page = pageOf(report, clock);
  const lines = [
    ...page.doubts.map((text) => `dogwatch: ${text}`),
    ...textOf({ ...page, doubts: [] }, null)
      .slice(2)
      .filter((line) => line !== ''),
  ];
  const more = lines.length - MOST_LINES;
  return {
    isQuiet: report.isJournalRead && report.runs.length === 0 && report.calls.length === 0,
    subject: [
      `report: ${counted(runs, 'run')}`,
      ...(failed === 0 ? [] : [`${failed} failed`]),
      ...(person === 0 ? [] : [`${person} ${person === 1 ? 'needs' : 'need'} you`]),
    ].join(', '),
    sentence: `${page.title}: ${page.summary}`,
    lines:
      more <= 1 ? lines : [...lines.slice(0, MOST_LINES), `… and ${counted(more, 'line')} more: dogwatch report --since ${report.since}`],
  };
}
