import { randomUUID } from 'node:crypto';
import type { Command } from '../../core/model/facts.ts';
import type { Reply } from '../../core/model/reply.ts';
import type { Run } from '../../core/model/run.ts';
import type { Layout } from '../../store/directory/layout.ts';
import type { Request } from '../../store/inbox/request.ts';
import { callerOf, insideOf } from '../client/inside.ts';
import { withLocalTimes } from '../client/local-times.ts';
import { submit } from '../client/submit.ts';
import { done, failed, type RunOutcome } from '../several/outcome.ts';
import { EXIT_USAGE, Problem } from '../terminal/problem.ts';
import { type Say, stopped } from './stopped.ts';

/** A request that the watchdog answered, and the run as it was before. */
export interface Asked {
  readonly run: Run;
  readonly reply: Reply;
}

/** Hands the watchdog an operator's command. Throws a Problem if it does not answer. */
export const ask = async (layout: Layout, run: Run, command: Command): Promise<Asked> => ({
  run,
  reply: await submit(layout, requestOf(run, command)),
});

/** Waits for what an accepted command has to bring about: the end of all processes after `stop`. */
export async function became(layout: Layout, { run, reply }: Asked, { kind }: Command, say?: Say): Promise<RunOutcome> {
  const json = { ...reply };
  const said = withLocalTimes(reply.message);
  if (!reply.accepted) {
    const problem = new Problem(EXIT_USAGE, `cannot ${kind} ${run.name}`, {
      got: said,
      hint: `\`dogwatch explain ${run.name}\` says what it is doing`,
    });
    return failed(run.name, problem, json);
  }
  return done(run.name, kind === 'stop' ? `${said}; ${await stopped(layout, run, say)}` : said, json);
}

/** A recovery agent that resumes its own run hands the job back; anyone else is the operator. */
function requestOf({ id: run }: Run, command: Command): Request {
  const mark = callerOf(process.env)?.mark;
  const id = randomUUID();
  if (command.kind !== 'resume' || command.add !== undefined || mark?.of !== 'recovery' || mark.run !== run)
    return { id, kind: 'operator', run, command, ...fromInside() };
  return { id, kind: 'recovery', run, recovery: mark.number, token: mark.token, says: 'resume', because: command.prompt ?? '' };
}

/** Identifies the caller if it is a process of a run. */
export function fromInside() {
  const inside = insideOf(process.env);
  return inside === null ? {} : { inside };
}
