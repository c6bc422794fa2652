import { span } from '../../view/clock.ts';
import type { FleetKnown, HostKnown, Now } from '../../view/fleet/model.ts';
import { onClockHere } from '../../view/fleet/shift.ts';
import { ordered } from '../../view/fleet/whole.ts';
import { clockInWords, engineInWords, fleetInWords, missingInWords, noHostInWords, silenceInWords } from '../../view/fleet/words.ts';
import type { RunView, View } from '../../view/model.ts';
import { inOrder } from '../../view/runs.ts';
import { countsInWords, noticeInWords } from '../../view/words.ts';
import {
  blocks,
  endedLongAgo,
  headline,
  hiddenInWords,
  labelled,
  lines,
  type Needy,
  ofPerson,
  warning,
  warningsOf,
} from '../status/page.ts';
import { clean, type Paper } from '../status/paper.ts';
import { tableOf } from '../status/table.ts';
import { table } from '../terminal/table.ts';
import { commandsFor, remediesFor, typedFor } from './typed.ts';

/** A host with its last answer, on the clock of this machine. */
interface Shown {
  readonly host: HostKnown;
  readonly view: View;
  readonly runs: readonly RunView[];
}

/** What is wrong: silent hosts first, then what their own `status` would say first. */
export function warningsOfFleet({ hosts, engine }: FleetKnown, now: Now, paper: Paper): readonly string[] {
  const answered = hosts.filter(({ silence }) => silence === null);
  return [
    engine === null ? null : engineInWords(engine, now),
    ...hosts.map((host) => silenceInWords(host, now)),
    ...shownOf(answered, now).flatMap(({ host, view }) =>
      warningsOf(view, paper, remediesFor(host)).map((text) => `${host.name}: ${text}`),
    ),
    ...answered.map(missingInWords),
    ...answered.map(clockInWords),
  ].filter((text) => text !== null);
}

/** All runs of all hosts: what needs a person first, and what silent hosts said last. */
export function fleetPage(known: FleetKnown, now: Now, paper: Paper, isAll: boolean): string[] {
  if (known.engine !== null && known.hosts.length === 0)
    return [...warningsOfFleet(known, now, paper).flatMap((text) => warning(text, paper)), ...lines(noHostInWords(known.engine), paper)];
  const hosts = ordered(known.hosts, now).map(({ host }) => host);
  const current = shownOf(
    hosts.filter(({ silence }) => silence === null),
    now,
  );
  const runs = current.flatMap((one) => one.runs).sort(inOrder);
  const shown = isAll ? runs : runs.filter((run) => !endedLongAgo(run, paper));
  const hidden = runs.length - shown.length;
  return [
    ...warningsOfFleet({ ...known, hosts }, now, paper).flatMap((text) => warning(text, paper)),
    ...summary(hosts, paper),
    ...hostTable(hosts, now, paper),
    ...(shown.length === 0 ? [] : ['', ...tableOf(shown, paper)]),
    ...hiddenInWords(hidden, paper),
    ...lastHeard(hosts, now, paper, isAll),
    ...blocks(needyIn(current), paper, '`ssh HOST dogwatch explain RUN` says what each needs'),
    ...current.flatMap(({ host, view }) => [
      ...view.unreadable.flatMap(({ name, id, state }) =>
        labelled('UNREADABLE', 'red', `${host.name}: ${name} (${id}), ${state}: see \`${typedFor(host)('dogwatch doctor')}\``, paper),
      ),
      ...view.notices.flatMap((notice) =>
        labelled('NOTICE', 'yellow', `${host.name}: ${noticeInWords(notice, paper.clock, typedFor(host))}`, paper),
      ),
    ]),
  ];
}

const shownOf = (hosts: readonly HostKnown[], now: Now): readonly Shown[] =>
  hosts.flatMap((host) => {
    if (host.heard === null) return [];
    const view = onClockHere(host.heard, now);
    const runs = view.runs.map((run) => ({ ...run, name: `${run.name}@${host.name}`, commands: commandsFor(host, run) }));
    return [{ host, view, runs }];
  });

/** The counts, and the time with its zone. */
function summary(hosts: readonly HostKnown[], paper: Paper): string[] {
  const counts = fleetInWords(hosts);
  return paper.columns === null ? [counts] : headline(counts, paper);
}

function hostTable(hosts: readonly HostKnown[], now: Now, paper: Paper): string[] {
  const rows = hosts.map((host) => [host.name, stateOf(host), ageOf(host, now), watchdogOf(host, now), clean(runsOf(host))]);
  const [heading = '', ...all] = table([['HOST', 'STATE', 'ANSWERED', 'WATCHDOG', 'RUNS'], ...rows], paper.columns ?? undefined);
  const painted = all.map((line, index) => (hosts[index]?.silence === null ? line : paper.paint(['bold', 'red'], line)));
  return [paper.paint('dim', heading), ...painted];
}

function stateOf({ silence, heard }: HostKnown): string {
  if (silence !== null) return 'silent';
  return heard === null ? 'asked' : 'answers';
}

const ageOf = ({ heard }: HostKnown, now: Now): string => (heard === null ? 'never' : `${span(now.upMs - heard.atMs)} ago`);

/** With the age of what it knows, by the clock there. */
function watchdogOf({ silence, heard }: HostKnown, now: Now): string {
  if (heard === null) return 'unknown';
  const { condition, seenAt } = heard.view.host;
  const ageMs = seenAt === null ? null : Date.parse(heard.view.at) - Date.parse(seenAt) + now.upMs - heard.atMs;
  const words = condition === 'none' ? 'none' : `${condition}${ageMs === null ? '' : `, ${span(Math.max(0, ageMs))} ago`}`;
  return silence === null ? words : `was ${words}`;
}

/** A state directory without runs may be the wrong one. */
function runsOf({ silence, heard }: HostKnown): string {
  if (heard === null) return 'unknown';
  const { view } = heard;
  const counts = countsInWords(view);
  if (silence !== null) return `when it last answered: ${counts}`;
  return view.runs.length === 0 && view.host.watchdog === null && view.host.stateDir !== '?'
    ? `${counts} in ${view.host.stateDir}`
    : counts;
}

/** What silent hosts said last. */
function lastHeard(hosts: readonly HostKnown[], now: Now, paper: Paper, isAll: boolean): string[] {
  const silent = hosts.filter(({ silence }) => silence !== null);
  return shownOf(silent, now).flatMap(({ host, runs }) => {
    const shown = isAll ? runs : runs.filter((run) => !endedLongAgo(run, paper));
    if (shown.length === 0) return [];
    const title = lines(`${host.name} is silent; this is what it said ${ageOf(host, now)}:`, paper);
    return ['', ...title.map((line) => paper.paint(['bold', 'red'], line)), ...tableOf(shown, paper)];
  });
}

/** The runs of all hosts that need a person, in the order of the table. */
const needyIn = (current: readonly Shown[]): readonly Needy[] =>
  current.flatMap(({ runs, view }) => ofPerson(view, runs)).sort((one, other) => inOrder(one.run, other.run));
