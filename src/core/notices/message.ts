import { counted } from '../values/counted.ts';
import { inWords } from '../values/duration.ts';
import { inUtc, withDates } from './dates.ts';
import { isReport, type Notice } from './notice.ts';
import { deliveryKey } from './schedule.ts';

/**
 * What a channel receives. Plain text: anything from a run was sanitized and redacted before it
 * became a notice.
 */
export interface Message {
  readonly noticeId: string;
  /** The same for each try of this message on this channel. */
  readonly key: string;
  readonly event: 'notice' | 'reminder' | 'all-clear' | 'report' | 'test';
  /** In one line. */
  readonly title: string;
  readonly text: string;
  /** For programs. */
  readonly document: MessageDocument;
}

interface MessageDocument {
  readonly version: 1;
  readonly id: string;
  readonly key: string;
  readonly event: Message['event'];
  readonly host: string;
  readonly cause: string;
  readonly runs: readonly string[];
  readonly title: string;
  readonly sentence: string;
  /** Why it is over, or null if it is not. */
  readonly over: string | null;
  /** ISO, UTC. */
  readonly since: string;
  readonly tried: readonly string[];
  readonly lastLines: readonly string[];
  readonly commands: readonly string[];
}

/** The most runs that are named; the others are only counted. */
const MAX_NAMED = 20;

/** The message about a notice for a channel, as of now (ms since the epoch), from this host. */
export function messageOf(notice: Notice, channel: string, host: string, nowWall: number): Message {
  const accepted = notice.deliveries[channel]?.accepted ?? 0;
  const event = isReport(notice) ? 'report' : notice.state === 'cleared' ? 'all-clear' : accepted > 0 ? 'reminder' : 'notice';
  return message(notice, event, deliveryKey(notice, channel), host, nowWall);
}

/** What `dogwatch notify --test` sends. */
export function testMessage(host: string, nowWall: number): Message {
  const notice: Notice = {
    ...blank(`test-${nowWall.toString(36)}`, nowWall),
    cause: 'test',
    subject: 'this is a test, nothing is wrong',
    sentence: 'This is a test: a run that needs a person would be reported here.',
    commands: ['dogwatch status'],
  };
  return message(notice, 'test', `${notice.id}-1`, host, nowWall);
}

/** A unit that the service manager has given up; `result` is its word for why. */
export interface FailedUnit {
  readonly unit: string;
  readonly result: string;
  readonly lastLines: readonly string[];
  /** What shows more about it. */
  readonly commands: readonly string[];
}

/** The message for a dogwatch unit that failed for good. */
export function failedUnitMessage({ unit, result, lastLines, commands }: FailedUnit, host: string, nowWall: number): Message {
  const notice: Notice = {
    ...blank(`unit-${nowWall.toString(36)}`, nowWall),
    cause: 'unit-failed',
    subject: `${unit} has failed`,
    sentence: `The service manager has given up ${unit}: ${result}.`,
    lastLines,
    commands,
  };
  return message(notice, 'notice', `${notice.id}-1`, host, nowWall);
}

const blank = (id: string, nowWall: number): Notice => ({
  id,
  cause: '',
  runs: [],
  subject: '',
  sentence: '',
  sinceWall: nowWall,
  tried: [],
  lastLines: [],
  commands: [],
  state: 'open',
  stateAt: { wall: nowWall, mono: 0 },
  over: null,
  deliveries: {},
});

function message(notice: Notice, event: Message['event'], key: string, host: string, nowWall: number): Message {
  const title = titleOf(notice, event);
  const { id, cause, sentence, over, tried, lastLines, commands } = notice;
  const runs = notice.runs.slice(0, MAX_NAMED).map(({ name }) => name);
  const since = new Date(notice.sinceWall).toISOString();
  const document = { version: 1, id, key, event, host, cause, runs, title, sentence, over, since, tried, lastLines, commands } as const;
  return { noticeId: id, key, event, title, text: textOf(notice, event, host, nowWall), document };
}

const PREFIX: Readonly<Record<Message['event'], string>> = { notice: '', reminder: 'still: ', 'all-clear': 'over: ', report: '', test: '' };

function titleOf({ runs, subject }: Notice, event: Message['event']): string {
  const [first] = runs;
  const who = first === undefined ? 'dogwatch' : runs.length === 1 ? first.name : counted(runs.length, 'run');
  return `${PREFIX[event]}${who}: ${subject}`;
}

function textOf(notice: Notice, event: Message['event'], host: string, nowWall: number): string {
  const { sinceWall, lastLines, commands, id } = notice;
  const said = (text: string) => withDates(text, inUtc);
  const sentence = said(notice.sentence);
  const over = said(notice.over ?? 'the cause is gone');
  const tried = notice.tried.map(said);
  const ago = inWords(Math.max(0, nowWall - sinceWall));
  const when = inUtc(new Date(sinceWall).toISOString());
  if (event === 'all-clear')
    return [`It is over: ${over}.`, `It was: ${sentence}`, ...whom(notice), `On ${host}, since ${when} (${ago}). Notice ${id}.`].join('\n');
  if (event === 'report')
    return [sentence, ...(lastLines.length === 0 ? [] : ['', ...lastLines]), '', `Notice ${id}, on ${host}.`].join('\n');
  return [
    sentence,
    ...whom(notice),
    `On ${host}, since ${when}${event === 'reminder' ? ` (${ago})` : ''}.`,
    ...section('What was tried:', tried, '- '),
    ...section('The last lines:', lastLines, '> '),
    ...section('What to type next:', commands, '  '),
    '',
    `Notice ${id}.`,
  ].join('\n');
}

function whom({ runs }: Notice): string[] {
  if (runs.length === 0) return [];
  const more = runs.length > MAX_NAMED ? ` and ${runs.length - MAX_NAMED} more` : '';
  const named = runs.slice(0, MAX_NAMED).map(({ name }) => name);
  return [`${runs.length === 1 ? 'Run' : 'Runs'}: ${named.join(', ')}${more}`];
}

const section = (heading: string, lines: readonly string[], mark: string): string[] =>
  lines.length === 0 ? [] : ['', heading, ...lines.map((line) => `${mark}${line}`)];
