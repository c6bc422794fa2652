import { askInWords } from '../core/asks/words.ts';
import { isOver } from '../core/model/run.ts';
import { costInWords } from '../core/spend/report.ts';
import { bytesInWords } from '../core/values/bytes.ts';
import { counted } from '../core/values/counted.ts';
import { exitInWords } from '../core/values/exit.ts';
import { truncate } from '../core/values/truncate.ts';
import { type Clock, distance, readable, timeOf, when } from './clock.ts';
import type { RunDetail } from './detail.ts';
import type { RunView, View } from './model.ts';
import { noticeInWords, stepInWords, windowInWords } from './words.ts';

/** One fact about a run: a label, and each of its lines whole. */
export interface Fact {
  readonly label: string;
  readonly lines: readonly string[];
}

const WHO = {
  watchdog: 'the watchdog',
  supervisor: 'the supervisor',
  'recovery-agent': 'the recovery agent',
  operator: 'a person',
} as const;

/** What a person must know about a run, most urgent first. */
export function cardOf(
  run: RunView,
  { host, notices, accounts }: Pick<View, 'host' | 'notices' | 'accounts'>,
  clock: Clock,
): readonly Fact[] {
  const disk = host.filesystems.find(({ path }) => path === run.filesystem);
  const calls = notices.filter((notice) => notice.runs.includes(run.name)).map((notice) => noticeInWords(notice, clock));
  const most = Math.max(...run.commands.map(({ type }) => type.length));
  const card = facts([
    ['state', [`${run.label} since ${when(clock, run.since)}`]],
    ['why', [run.why]],
    ['cause', isSaid(run.lastCause, run.why) ? [] : [run.lastCause]],
    ['said', run.lastWords === null || isSaid(run.lastWords, `${run.why} ${run.lastCause ?? ''}`) ? [] : [run.lastWords]],
    ['asks', run.questions.map((one) => `${askInWords(one)}; denied ${when(clock, one.until)}, if nobody answers`)],
    ['next', [stepInWords(run.next, clock)]],
    ['turn', turnOf(run)],
    [
      'held',
      isOver(run)
        ? []
        : run.holds.map(({ kind, until, because }) => `${kind}${until === null ? '' : ` until ${when(clock, until)}`}: ${because}`),
    ],
    [
      'window',
      isOver(run)
        ? []
        : (accounts.find(({ account }) => account === run.account)?.windows ?? []).map((window) => windowInWords(window, clock)),
    ],
    ['attempt', attemptOf(run, clock)],
    ['tool', run.tool === null ? [] : [`${run.tool.name}, since ${when(clock, run.tool.since)}`]],
    ['budget', [budgetOf(run)]],
    ['progress', [progressOf(run, clock)]],
    ['cost', [costInWords(run.cost) ?? 'unknown: the agent has said nothing of what it used']],
    ['filled', [run.filled]],
    [
      'disk',
      disk === undefined ? [] : [`${disk.path}: ${bytesInWords(disk.availableBytes)} of ${bytesInWords(disk.totalBytes)} available`],
    ],
    [
      'where',
      [`${run.cwd}; ${run.agent}${run.model === null ? '' : ` ${run.model}`}${run.sessionId === null ? '' : `, session ${run.sessionId}`}`],
    ],
    ['notice', calls],
    ['do', run.commands.map(({ type, does }) => `${type.padEnd(most)}  ${does}`)],
  ]);
  return card.map(({ label, lines }) => ({ label, lines: lines.map((line) => readable(clock, line)) }));
}

/** The same with what was asked for, and with the last decisions by number. */
export function longCardOf(detail: RunDetail, clock: Clock): readonly Fact[] {
  const card = cardOf(detail.run, detail, clock);
  const last = detail.journal.slice(-LAST_DECISIONS).map(({ seq, at, because, decided }) => {
    const then = decided.length === 0 ? '' : ` → ${decided.join(', ')}`;
    return `#${seq}  ${timeOf(clock, at)}  ${readable(clock, because)}${then}`;
  });
  const said = detail.said.at(-1);
  const known = card.map(({ lines }) => lines.join(' ')).join(' ');
  const more = facts([
    ['model', said === undefined || isSaid(oneLine(said), known) ? [] : [truncate(oneLine(said), MAX_SAID)]],
    ['resume', [detail.nextResume]],
    ['command', detail.command.length === 0 ? [] : [detail.command.join(' ')]],
    ['done', detail.doneWhen.length === 0 ? [] : [`when ${detail.doneWhen.join(', or ')}`]],
    ['journal', last],
  ]);
  const commands = card.filter(({ label }) => label === 'do');
  return [...card.filter(({ label }) => label !== 'do'), ...more, ...commands];
}

/** A model may write pages: the log has them. */
const MAX_SAID = 600;
/** How many decisions show how it came to this. */
const LAST_DECISIONS = 3;

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

const facts = (all: readonly (readonly [string, readonly (string | null)[]])[]): readonly Fact[] =>
  all
    .map(([label, lines]) => ({ label, lines: lines.filter((line) => line !== null && line !== '') as string[] }))
    .filter(({ lines }) => lines.length > 0);

const isSaid = (text: string | null, elsewhere: string): text is null => text === null || elsewhere.includes(text);

function turnOf({ turn, next }: RunView): readonly (string | null)[] {
  if (turn.who === null) return [];
  const then = turn.next === null ? '' : `, then ${WHO[turn.next]}'s ${turn.when}`;
  return [next.at === null && turn.who === 'operator' ? `a person's` : `${WHO[turn.who]}'s${then}`];
}

function attemptOf(run: RunView, clock: Clock): readonly string[] {
  const { lastAttempt: attempt, pid, found } = run;
  if (attempt === null) return run.attempts === 0 ? ['none has run yet'] : [];
  const active = run.lastActivityAt === null ? 'not active yet' : `last active ${distance(clock, run.lastActivityAt)}`;
  const began = `started ${when(clock, attempt.startedAt)}`;
  if (found === 'gone') return [`${attempt.number}, its process is gone; ${active}; ${began}`];
  if (attempt.alive) {
    const lives = found === 'unknown' ? 'whether it still lives is unknown' : `alive (pid ${pid ?? 'unknown'})`;
    return [`${attempt.number}, ${lives}, ${active}; ${began}`];
  }
  const ended = attempt.endedAt === null ? 'ended' : `ended ${when(clock, attempt.endedAt)}`;
  const how = attempt.endedBecause === null ? exitInWords(attempt.exit) : `by dogwatch: ${attempt.endedBecause}`;
  return [`${attempt.number}, ${ended} ${how}; ${began}`];
}

function budgetOf({ resumesWithoutProgress, maxResumes, resumes, state }: RunView): string | null {
  if (isOver({ state })) return null;
  return `${resumesWithoutProgress} of ${counted(maxResumes, 'resume')} without progress used, ${resumes} in all`;
}

function progressOf({ milestone, state }: RunView, clock: Clock): string | null {
  if (milestone === null) return isOver({ state }) ? null : 'no milestone so far';
  return `${milestone.what}, in attempt ${milestone.attempt}, ${when(clock, milestone.at)}`;
}
