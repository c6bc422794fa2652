import { causeAt, isOfHost } from '../core/model/cause.ts';
import { isOver } from '../core/model/run.ts';
import type { ReportedNotice } from '../core/notices/report.ts';
import { bytesInWords } from '../core/values/bytes.ts';
import { counted } from '../core/values/counted.ts';
import { type Clock, distance, readable, span, when } from './clock.ts';
import type { FilesystemView, NextStep, View, WindowView } from './model.ts';

/** What to type if nobody looks. */
export interface Remedies {
  readonly start: string;
  /** If the watchdog is stopped. */
  readonly replace: string;
}

const HERE: Remedies = { start: 'dogwatch watch', replace: 'dogwatch supervise' };

/** What makes everything below doubtful, worst first: nobody looks, or the state cannot be read. */
export function doubtsOf(
  { host, runs, keptAt, leftOut }: Pick<View, 'host' | 'runs' | 'keptAt' | 'leftOut'>,
  clock: Clock,
  remedies = HERE,
): readonly string[] {
  const active = runs.filter((run) => !isOver(run)).length;
  const kept =
    keptAt === null
      ? []
      : [
          `the database cannot be read because the disk is full or read-only; this is the watchdog's snapshot of ${when(clock, keptAt)}${leftOut === 0 ? '' : `, which had no room for ${counted(leftOut, 'other run')}`}`,
        ];
  return [...(active === 0 ? [] : unwatched(host, active, clock, remedies)), ...kept, ...(host.readOnly === null ? [] : [host.readOnly])];
}

function unwatched({ condition, seenAt, unwatchedMs }: View['host'], active: number, clock: Clock, { start, replace }: Remedies): string[] {
  const whom = active === 1 ? 'this run' : `these ${active} runs`;
  if (condition === 'stopped')
    return [
      `the watchdog is stopped: no sign of life since ${seenAt === null ? 'its start' : when(clock, seenAt)}; nothing is decided for ${whom}. \`${replace}\` replaces it`,
    ];
  if (condition === 'alive') return [];
  const since = seenAt === null || unwatchedMs === null ? '' : ` since ${when(clock, seenAt)}: this is the state of then`;
  return [`no watchdog is alive${since}. Nobody looks after ${whom}, nothing is resumed. Start one:  ${start}`];
}

/** Whether the facts can be trusted, as a clause. */
export function pulseOf({ host }: Pick<View, 'host'>, clock: Clock): string {
  const { watchdog, condition, seenAt, gateAt } = host;
  const gate = gateAt === null ? '' : `; gate ${distance(clock, gateAt)}`;
  if (watchdog === null) return `no watchdog is running${gate}`;
  if (condition === 'stopped') return `the watchdog (process ${watchdog.pid}) is stopped${gate}`;
  const looked = seenAt === null ? '' : `, last sign of life ${distance(clock, seenAt)}`;
  return `watchdog (process ${watchdog.pid}) up for ${span(clock.nowWall - Date.parse(watchdog.since))}${looked}${gate}`;
}

/** The counts that are not zero, worst first: "1 needs you, 2 held". */
export function countsInWords({ counts }: Pick<View, 'counts'>): string {
  const { person, held, quiet, working, done } = counts;
  const parts = [
    person === 0 ? '' : `${person} ${person === 1 ? 'needs' : 'need'} you`,
    held === 0 ? '' : `${held} held`,
    quiet === 0 ? '' : `${quiet} quiet`,
    working === 0 ? '' : `${working} working`,
    done === 0 ? '' : `${done} done`,
  ].filter((part) => part !== '');
  return parts.length === 0 ? 'no runs' : parts.join(', ');
}

/** The step with its time: "attempt 5 starts at 04:52, in 58 min". */
export const stepInWords = ({ what, at, bound }: NextStep, clock: Clock): string =>
  at === null ? what : `${what} ${bound} ${when(clock, at)}`;

/** "five_hour: 87% used, resets at 06:00, in 2 h; stated 5 min ago". */
export function windowInWords({ name, model, usedPercent, resetsAt, seenAt, extra }: WindowView, clock: Clock): string {
  const isOver = resetsAt !== null && Date.parse(resetsAt) <= clock.nowWall;
  const used = usedPercent === null ? 'use unknown' : `${Math.floor(usedPercent)}% used`;
  const resets = resetsAt === null ? '' : isOver ? `, has reset ${distance(clock, resetsAt)}` : `, resets at ${when(clock, resetsAt)}`;
  const beyond = extra === 'in-use' ? '; extra usage is being spent' : '';
  return `${name}${model === null ? '' : ` of ${model}`}: ${used}${resets}${beyond}; stated ${distance(clock, seenAt)}`;
}

/** `typed` is how a command is typed that acts on the host that it is about. */
export function noticeInWords(notice: ReportedNotice, clock: Clock, typed = (command: string): string => command): string {
  const { nowWall } = clock;
  const { cause, subject, since, state, channels } = notice;
  const [first, ...others] = notice.runs;
  const who = first === undefined ? 'this machine' : `${first}${others.length === 0 ? '' : ` and ${others.length} more`}`;
  const failed = channels.flatMap(({ name, problem }) => (problem === null ? [] : `; ${name} could not be notified: ${problem}`));
  const next =
    state === 'acked' ? 'acknowledged' : `\`${typed(`dogwatch ack ${isOfHost(causeAt(cause)) ? '--host' : first}`)}\` ends the reminders`;
  return `${who}: ${readable(clock, subject)}, for ${span(Math.max(0, nowWall - Date.parse(since)))} (${next})${failed.join('')}`;
}

/** A filesystem that is short of space, in words; null if it is not. */
export function shortageOf({ path, pressure, availableBytes, totalBytes, ...more }: FilesystemView, clock: Clock): string | null {
  if (pressure === 'none') return null;
  const room = `${bytesInWords(availableBytes)} of ${bytesInWords(totalBytes)} available`;
  const full = more.fullAt === null ? '' : `; full at this rate at ${when(clock, more.fullAt)}`;
  const filled = more.filledBy.map(({ run, because }) => `; filled by ${run}: ${because}`).join('');
  const most = more.largest[0] === undefined ? '' : `; most is used by ${more.largest[0]}`;
  return `the disk at ${path} is short of space (${pressure}): ${room}${full}${filled}${filled === '' ? most : ''}`;
}

/** For a prompt: what is not well, or nothing. */
export function brief(view: View): string {
  const { counts, host, notices, unreadable, keptAt } = view;
  const doubts = view.runs.some((run) => !isOver(run)) && host.condition !== 'alive' ? ['!watchdog'] : [];
  const ofHost = notices.some((notice) => notice.state === 'open' && isOfHost(causeAt(notice.cause))) ? ['!host'] : [];
  const state = unreadable.length > 0 || keptAt !== null ? ['!state'] : [];
  const person = counts.person === 0 ? [] : [`!${counts.person}`];
  const held = counts.held === 0 ? [] : [`<${counts.held}`];
  const bad = [...doubts, ...state, ...ofHost, ...person, ...held];
  if (bad.length === 0) return '';
  return [...bad, ...(counts.quiet === 0 ? [] : [`.${counts.quiet}`]), ...(counts.working === 0 ? [] : [`>${counts.working}`])].join(' ');
}

/** How well everything is, for monitoring: the exit status and why. */
export function verdict(view: View, clock: Clock): { readonly status: 0 | 1 | 2 | 3; readonly because: string } {
  const { counts, host, notices, unreadable, keptAt } = view;
  const all = countsInWords(view);
  if (view.runs.some((run) => !isOver(run)) && host.condition !== 'alive') return { status: 3, because: `${pulseOf(view, clock)}; ${all}` };
  const names = view.runs.filter(({ group }) => group === 'person').map(({ name }) => name);
  const called = notices.filter(({ state, cause }) => state === 'open' && isOfHost(causeAt(cause))).map(({ subject }) => subject);
  const broken = unreadable.length === 0 ? [] : [`${counted(unreadable.length, 'run')} cannot be read`];
  const calls = [
    ...(names.length === 0 ? [] : [names.join(', ')]),
    ...called,
    ...broken,
    ...(keptAt === null ? [] : ['the database cannot be read']),
  ];
  if (calls.length > 0) return { status: 2, because: `${all}: ${calls.join('; ')}` };
  return { status: counts.held > 0 ? 1 : 0, because: all };
}
