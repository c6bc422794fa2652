import { existsSync, statSync } from 'node:fs';
import type { Watched } from '../../streams/observations.ts';
import type { Environment, Interpreter } from '../agents/contract/agent.ts';
import { agentFor } from '../agents/registry.ts';
import { lateTimeZone } from '../agents/time-zone.ts';
import type { Fact, Signal, Vitals } from '../core/model/facts.ts';
import type { HostFact } from '../core/model/host.ts';
import { type AllowInside, type Inside, isRefusedInside } from '../core/model/inside.ts';
import type { Run } from '../core/model/run.ts';
import type { Rates } from '../core/spend/rates.ts';
import { cutAttemptLog, type LogLimit } from '../launch/attempt/cut-log.ts';
import { lookAtAttempts, type SeenVitals } from '../launch/attempt/look.ts';
import { readAttempt } from '../launch/attempt/record.ts';
import { JournalTail } from '../logs/journal-tail.ts';
import type { WatchedLog } from '../logs/tails.ts';
import { priced } from '../prices/priced.ts';
import { aliveFifo, attemptFiles, formerAliveFifo, type Layout, recoveryFiles } from '../store/directory/layout.ts';
import { keptEnvironment } from '../store/environment.ts';
import type { Request } from '../store/inbox/request.ts';
import { removeRequest, type TakenRequest, takeRequests } from '../store/inbox/take.ts';
import { inboxDirectory, watchInbox } from '../store/inbox/watch.ts';
import type { Store } from '../store/store.ts';
import { fileState } from '../system/disk/file-state.ts';
import { instant } from '../system/process/clock.ts';
import { bootId, isAlive } from '../system/process/process.ts';
import { isMark } from '../system/process/visible-mark.ts';
import { readUnit } from '../system/systemd/transient-unit.ts';
import { parseUnit } from '../system/systemd/unit-journal.ts';
import { redactor } from '../system/text/redact.ts';
import { sessionRecords } from './session-records.ts';

/** The first facts that a new watchdog reports to every run. */
export const firstFacts = (runs: readonly Run[], lastBoot: string | null, enabled: boolean): readonly Fact[] =>
  runs.map((run): Fact => {
    const boots = [lastBoot, run.attempt?.shim?.bootId, run.attempt?.agent?.bootId];
    return { kind: 'watchdog.started', run: run.id, rebooted: boots.some((boot) => boot != null && boot !== bootId()), enabled };
  });

/**
 * Requests that are waiting and unanswered; one that was answered just before a watchdog died is
 * not carried out again.
 */
export function openRequests(layout: Layout, store: Store): { requests: readonly TakenRequest[]; refused: readonly string[] } {
  const { requests, refused } = takeRequests(layout);
  const open = requests.filter(({ request, file }) => {
    const isAnswered = store.hasReply(request.id);
    if (isAnswered) removeRequest(file);
    return !isAnswered;
  });
  return { requests: open, refused };
}

/**
 * Converts a request into an observation. An agent's claims are genuine if they carry the token of
 * that attempt or its visible stand-in: only this user can put a request into the inbox.
 * `openAbout` returns the subjects of the open notices about a run, or about the machine.
 */
export function requested(
  layout: Layout,
  request: Request,
  allow: AllowInside,
  openAbout: (run: string | null) => readonly string[],
): Fact | HostFact {
  const { id } = request;
  switch (request.kind) {
    case 'ack-host':
      return { kind: 'host.acknowledged', request: id, notices: openAbout(null), ...askedInside(request.inside, null, allow) };
    case 'remove':
      return { kind: 'run.removed', request: id, run: request.run, ...askedInside(request.inside, request.run, allow) };
    case 'register':
      return {
        kind: 'run.registered',
        run: request.run,
        request: id,
        generation: request.generation,
        spec: request.spec,
        foreign: request.foreign,
        ...(request.unnamed === true && { unnamed: true }),
        ...askedInside(request.inside, null, allow),
      };
    case 'operator': {
      const { run, command, via } = request;
      const notices = command.kind === 'ack' ? { notices: openAbout(run) } : {};
      const way = via === undefined ? {} : { via };
      return { kind: 'operator.requested', run, request: id, command, ...way, ...notices, ...askedInside(request.inside, run, allow) };
    }
    case 'claim': {
      const { run, attempt, claim, because } = request;
      return { kind: 'agent.claimed', run, request: id, attempt, genuine: isGenuine(layout, request), claim, because };
    }
    case 'ask': {
      const { run, attempt, ask } = request;
      return { kind: 'agent.asked', run, request: id, attempt, genuine: isGenuine(layout, request), ask };
    }
    case 'take': {
      const { run, attempt, ask } = request;
      return { kind: 'answer.taken', run, request: id, attempt, genuine: isGenuine(layout, request), ask };
    }
    case 'recovery': {
      const { run, recovery, token, says, because } = request;
      const genuine = isMark(`${run}/recovery-${recovery}/${token}`, readAttempt(recoveryFiles(layout, run, recovery)).mark);
      return { kind: 'recovery.spoke', run, request: id, recovery, genuine, says, because };
    }
  }
}

/** It carries the token of its attempt, or the visible stand-in. */
const isGenuine = (layout: Layout, { run, attempt, token }: Pick<Request & { kind: 'claim' }, 'run' | 'attempt' | 'token'>): boolean =>
  isMark(`${run}/${attempt}/${token}`, readAttempt(attemptFiles(layout, run, attempt)).mark);

const askedInside = (inside: Inside | undefined, run: string | null, allow: AllowInside) =>
  inside === undefined ? {} : { inside: { ...inside, refused: isRefusedInside(allow, inside, run) } };

/** Where the inbox is, and what wakes its reader. */
export const inboxOf = (layout: Layout, report: (problem: string) => void) => ({
  directory: () => inboxDirectory(layout),
  watch: (touched: () => void, failed: (because: string) => void) => watchInbox(layout, touched, failed),
  report,
});

/** What is needed to watch the runs themselves. */
export const sourcesOf = (
  layout: Layout,
  world: { run(id: string): Run | null },
  limit: () => LogLimit,
  rates: Rates,
  report: (problem: string) => void,
): Omit<Watched, 'disks' | 'fills' | 'requests$' | 'ticks' | 'report'> => ({
  logs: {
    logs: (run) => logsOf(layout, run),
    records: sessionRecords((run) => environmentOf(layout, run)),
    interpreter: (run, log) =>
      priced(
        interpreterOf(layout, run, log, () => world.run(run.id)?.session ?? null),
        run.spec.model,
        rates,
      ),
    report,
  },
  logSizes: { isFull: () => limit().fullBytes !== null, cut: (run) => cutAttemptLog(layout, run, limit(), report) },
  journals: {
    tail: (run, name, cursor) => {
      const unit = parseUnit(name);
      const zone = lateTimeZone(() => environmentOf(layout, run).TZ);
      const context = {
        atWall: () => instant().wall,
        get zone() {
          return zone();
        },
        session: () => world.run(run.id)?.session ?? null,
      };
      const bare = withoutSecrets(agentFor(run.spec.agent).interpreter(run.spec, context), () => environmentOf(layout, run));
      const interpreter = priced(bare, run.spec.model, rates);
      return unit && new JournalTail({ run: run.id, attempt: run.attempt?.number ?? 0, name, unit, cursor, interpreter, report });
    },
    nowMono: () => instant().mono,
    report,
  },
  doneFiles: { stat: fileState, report },
  processes: {
    isCapped: ({ spec }, code) => agentFor(spec.agent).cappedExit === code,
    fifo: (run) => (isForeign(run) ? null : fifoOf(layout, run)),
    files: (run) => (isForeign(run) ? null : attemptFiles(layout, run.id, run.attempt?.number ?? 0)),
    unit: (run) => (isForeign(run) ? readUnit(attemptFiles(layout, run.id, run.attempt?.number ?? 0).unit) : null),
    report,
  },
  recoveries: { isAlive },
  vitals: {
    now: instant,
    look: (runs) => {
      const seen = lookAtAttempts(runs, (run) => (isForeign(run) ? null : attemptFiles(layout, run.id, run.attempt?.number ?? 0)));
      return new Map(runs.flatMap((run) => vitalsOf(run.id, seen.get(run.id), () => wroteWall(layout, run))));
    },
  },
  credentials: { fingerprint: (run) => credentialsOf(layout, run) },
});

const vitalsOf = (id: string, seen: SeenVitals | undefined, wrote: () => number | null): [string, Vitals][] =>
  seen === undefined ? [] : [[id, { ...seen, wroteWall: wrote() }]];

/** When the last line of a log was written; it may be read much later. */
const lastWritten = (path: string): number => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? instant().wall;

/** Whether its present attempt was started by another process, and adopted. */
const isForeign = ({ attempt }: Run): boolean => attempt !== null && attempt.shim === null;

/** An attempt of a version that made no standbys holds the only FIFO that its run had. */
function fifoOf(layout: Layout, { id, attempt }: Run): string {
  const own = aliveFifo(layout, id, attempt?.number ?? 0);
  return existsSync(own) ? own : formerAliveFifo(layout, id);
}

/** The logs of a run: its attempt's own first. */
function logsOf(layout: Layout, run: Run): readonly WatchedLog[] {
  const { id, attempt, spec } = run;
  const given = spec.logs.map((path) => ({ path, kind: 'given' as const }));
  if (attempt === null) return given;
  const shared = agentFor(spec.agent)
    .ownLogs(environmentOf(layout, run))
    .map((path) => ({ path, kind: 'shared' as const }));
  if (isForeign(run)) return [...given, ...shared];
  const descriptors = [attempt.shim, attempt.agent].flatMap((one) => (one === null ? [] : [`/proc/${one.pid}/fd/1`]));
  return [{ path: attemptFiles(layout, id, attempt.number).log, kind: 'attempt', descriptors }, ...given, ...shared];
}

function interpreterOf(layout: Layout, run: Run, { path, kind }: WatchedLog, session: () => string | null): Interpreter {
  const { spec } = run;
  const agent = agentFor(spec.agent);
  const environment = () => environmentOf(layout, run);
  const zone = lateTimeZone(() => environment().TZ);
  const context = {
    atWall: () => lastWritten(path),
    get zone() {
      return zone();
    },
    session,
    environment,
  };
  if (kind === 'record' && agent.records !== undefined) return agent.records.interpreter(spec, context);
  const interpreter = kind === 'shared' ? agent.ownLogInterpreter(spec, context) : agent.interpreter(spec, context);
  return withoutSecrets(interpreter, () => environmentOf(layout, run));
}

/** The same interpreter. What it shows of a tool's input contains no secret of the environment. */
function withoutSecrets(interpreter: Interpreter, environment: () => Environment): Interpreter {
  let clean: ((text: string) => string) | null = null;
  const cleaned = (signal: Signal): Signal => {
    if (!('input' in signal) || signal.input === undefined) return signal;
    clean ??= redactor(environment());
    return { ...signal, input: clean(signal.input) };
  };
  return { read: (lines) => interpreter.read(lines).map(cleaned) };
}

/** The variables of a run's processes; empty if they can't be read any more. */
const environmentOf = (layout: Layout, { spec }: Run): Environment => keptEnvironment(layout, spec.environmentFile) ?? {};

/**
 * The state of the files that hold the credentials of a run's account: it changes when a person has
 * logged in again.
 */
function credentialsOf(layout: Layout, run: Run): string {
  const { command, agent } = run.spec;
  const files = agentFor(agent).credentialFiles(command, environmentOf(layout, run));
  return files.map((path) => fileState(path) ?? 'absent').join(' ');
}

function wroteWall(layout: Layout, run: Run): number | null {
  return run.session === null ? null : agentFor(run.spec.agent).wroteWall(run.session, environmentOf(layout, run));
}
