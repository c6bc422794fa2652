import type { Command } from '../../core/model/facts.ts';
import { isOver, type Run } from '../../core/model/run.ts';
import { openAbout } from '../../core/notices/notice.ts';
import { needsAttention } from '../../core/run/owner.ts';
import { withReader } from '../../store/with-reader.ts';
import { openLayout } from '../client/state-layout.ts';
import { type Choice, chosenRuns } from '../several/chosen.ts';
import { confirmed, declined } from '../several/confirm.ts';
import { attempted, failed, printOutcome, type RunOutcome } from '../several/outcome.ts';
import { EXIT_TEMPORARY, Problem } from '../terminal/problem.ts';
import { tell } from '../terminal/tell.ts';
import { type Asked, ask, became } from './request.ts';

export interface Wishes extends Choice {
  readonly yes: boolean;
  readonly json: boolean;
}

/** The runs that each command is about if they are not named one by one. */
const MEANT: Readonly<Record<string, (run: Run) => boolean>> = {
  pause: (run) => !isOver(run) && run.paused === null,
  unpause: ({ paused }) => paused !== null,
  // A stopped run was stopped on purpose: it is resumed only by name.
  resume: ({ state, attempt }) => state !== 'complete' && state !== 'stopped' && (attempt?.alive !== true || needsAttention(state)),
  stop: (run) => !isOver(run) || run.attempt?.alive === true,
};

/** Asks the watchdog to do this with each chosen run, and prints what became of each. */
export async function requestAll(command: Command, { yes, json, ...choice }: Wishes): Promise<void> {
  const layout = openLayout();
  const { kind } = command;
  const runs = withReader(layout, (reader) => {
    const notices = kind === 'ack' ? reader.notices() : [];
    return chosenRuns(reader, choice, { verb: kind, isMeant: MEANT[kind] ?? (({ id }) => openAbout(notices, id).length > 0) });
  });
  if (runs.length === 0) return tell(`there is no run to ${kind}`);
  if (kind === 'stop' && choice.all) {
    const lines = runs.map(({ name, state }) => `  ${name} (${state})`);
    const question = runs.length === 1 ? 'Stop this run and end its processes?' : `Stop these ${runs.length} runs and end their processes?`;
    if (!(await confirmed({ lines, question, what: 'stop all runs' }, yes))) return declined();
  }
  if (runs.length === 1 && runs[0] !== undefined)
    return printOutcome(await became(layout, await ask(layout, runs[0], command), command), json);
  const outcomes: Promise<RunOutcome>[] = [];
  // One after another: each is a short transaction. What takes long, the end of processes, is
  // awaited for all at once.
  let silence: Problem | null = null;
  for (const run of runs) {
    const asked: Asked | Problem = silence ?? (await ask(layout, run, command).catch(orProblem));
    if (asked instanceof Problem) {
      outcomes.push(Promise.resolve(failed(run.name, silence === null ? asked : notAsked(run, kind))));
      silence = asked;
    } else outcomes.push(attempted(run.name, () => became(layout, asked, command)));
  }
  for (const outcome of outcomes) printOutcome(await outcome, json);
}

function orProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  throw error;
}

const notAsked = ({ name }: Run, kind: string): Problem =>
  new Problem(EXIT_TEMPORARY, `did not ask to ${kind} ${name}, since no watchdog answered before`, {
    hint: `\`dogwatch ${kind} ${name}\` asks again`,
  });
