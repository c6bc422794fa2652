import { inWords } from '../../core/values/duration.ts';
import { sanitizeForTerminal } from '../../system/text/sanitize.ts';
import { paint } from '../terminal/colors.ts';
import { table } from '../terminal/table.ts';
import type { ReclaimReport, ReportedItem, ReportedReclaimer } from './report.ts';

const HEADINGS = ['', 'WHAT', 'UNUSED FOR', 'FREES', 'BECAUSE'];
/** How many kept items of each reclaimer are shown; --json prints all. */
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

/** Prints a remark that several reclaimers share once. */
function remarks(reclaimers: readonly ReportedReclaimer[]): string[] {
  const names = new Map<string, string[]>();
  const say = (name: string, text: string) => void names.set(text, [...(names.get(text) ?? []), name]);
  for (const { name, problem, notes, keep } of reclaimers) {
    if (problem !== null) say(name, problem);
    for (const note of notes) say(name, note);
    if (keep.length > KEPT_SHOWN) say(name, `${keep.length - KEPT_SHOWN} more are kept (--json shows all)`);
  }
  return [...names].map(([text, of]) => sanitizeForTerminal(`${of.join(', ')}: ${text}`));
}

function conclusion({ dryRun, trustsBuildDates, reclaimers, claimedBytes, measuredBytes }: ReclaimReport, rows: number): string[] {
  if (!dryRun) {
    const measured = measuredBytes === null ? 'the effect could not be measured' : `available space grew by ${sizeInWords(measuredBytes)}`;
    return [`Freed ${sizeInWords(claimedBytes)} as reported; ${measured}.`];
  }
  const items = reclaimers.flatMap(({ remove }) => remove);
  if (items.length === 0) return [rows === 0 ? 'There is nothing to remove.' : 'Nothing can be removed.'];
  const bytes = items.reduce((sum, item) => sum + (item.bytes ?? 0), 0);
  const doIt = trustsBuildDates ? 'dogwatch reclaim --trust-build-dates --yes' : 'dogwatch reclaim';
  return [`Nothing was removed. ${items.length} can be removed, about ${sizeInWords(bytes)}:  ${doIt}`];
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/**
 * Formats bytes for people, with up to three digits and a unit. Negative if the available space
 * shrank.
 */
export function sizeInWords(bytes: number): string {
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log2(Math.max(1, Math.abs(bytes))) / 10));
  const value = bytes / 1024 ** power;
  return `${power === 0 || Math.abs(value) >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[power]}`;
}
