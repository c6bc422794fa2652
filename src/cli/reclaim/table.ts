import { inWords } from '../../core/values/duration.ts';
import { sanitizeForTerminal } from '../../system/text/sanitize.ts';
import { paint } from '../terminal/colors.ts';
import { table } from '../terminal/table.ts';
import type { ReclaimReport, ReportedItem, ReportedReclaimer } from './report.ts';

const HEADINGS = ['', 'WHAT', 'UNUSED FOR', 'FREES', 'BECAUSE'];
/** Of what stays, this much is shown of each kind; --json has all. */
const KEPT_SHOWN = 50;

/** Prints the report for a person. */
export function printReclaim(report: ReclaimReport): void {
  const now = Date.now();
  const rows = report.reclaimers.flatMap(({ remove, keep }) => [
    ...remove.map((item) => cells(item, item.outcome ?? 'remove', now)),
    ...keep.slice(0, KEPT_SHOWN).map((item) => cells(item, 'keep', now)),
  ]);
  const [headings = '', ...lines] = table([HEADINGS, ...rows], process.stdout.columns);
  const print = (line: string) => process.stdout.write(`${line}\n`);
  if (rows.length > 0) {
    print(paint('dim', headings));
    for (const line of lines) print(line.startsWith('keep') || line.startsWith('left') ? paint('dim', line) : line);
  }
  for (const line of remarks(report.reclaimers)) print(paint('dim', line));
  for (const line of conclusion(report, rows.length)) print(line);
}

const cells = ({ what, lastUsedAt, bytes, because }: ReportedItem, verb: string, now: number): string[] => [
  verb,
  sanitizeForTerminal(what),
  lastUsedAt === null ? '-' : inWords(Math.max(0, now - Date.parse(lastUsedAt))),
  bytes === null ? '-' : sizeInWords(bytes),
  sanitizeForTerminal(because),
];

/** What is said of several is said once. */
function remarks(reclaimers: readonly ReportedReclaimer[]): string[] {
  const names = new Map<string, string[]>();
  const say = (name: string, text: string) => void names.set(text, [...(names.get(text) ?? []), name]);
  for (const { name, problem, notes, keep } of reclaimers) {
    if (problem !== null) say(name, problem);
    for (const note of notes) say(name, note);
    if (keep.length > KEPT_SHOWN) say(name, `${keep.length - KEPT_SHOWN} more stay (--json has all)`);
  }
  return [...names].map(([text, of]) => sanitizeForTerminal(`${of.join(', ')}: ${text}`));
}

function conclusion({ dryRun, trustsBuildDates, reclaimers, claimedBytes, measuredBytes }: ReclaimReport, rows: number): string[] {
  if (!dryRun) {
    const measured =
      measuredBytes === null ? 'what came of it could not be measured' : `the disks have ${sizeInWords(measuredBytes)} more room`;
    return [`Freed ${sizeInWords(claimedBytes)} by what was said; ${measured}.`];
  }
  const items = reclaimers.flatMap(({ remove }) => remove);
  if (items.length === 0) return [rows === 0 ? 'There is nothing that could go.' : 'Nothing may go.'];
  const bytes = items.reduce((sum, item) => sum + (item.bytes ?? 0), 0);
  const doIt = trustsBuildDates ? 'dogwatch reclaim --trust-build-dates --yes' : 'dogwatch reclaim';
  return [`Nothing was removed. ${items.length} may go, about ${sizeInWords(bytes)}:  ${doIt}`];
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** Bytes as people say them: three digits and a unit. Less room than before is negative. */
export function sizeInWords(bytes: number): string {
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log2(Math.max(1, Math.abs(bytes))) / 10));
  const value = bytes / 1024 ** power;
  return `${power === 0 || Math.abs(value) >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[power]}`;
}
