import type { Reply } from '../../core/model/reply.ts';
import { counted } from '../../core/values/counted.ts';
import type { Layout } from '../../store/directory/layout.ts';
import { awaitReply } from '../../store/inbox/await-reply.ts';
import { putRequest } from '../../store/inbox/put.ts';
import type { Request } from '../../store/inbox/request.ts';
import { managerFor } from '../../units/service-for.ts';
import { EXIT_TEMPORARY, Problem } from '../terminal/problem.ts';
import { hostVariables, WatchdogProcess } from './start-watchdog.ts';
import { needsLimitsOfWatchdog } from './watchdog-limits.ts';

/**
 * How long to wait for a stopped or overloaded watchdog. After that, the command reports that the
 * request is still queued.
 */
const REPLY_DEADLINE_MS = 10_000;
/** How many watchdogs may fail to start before the command gives up. */
const MAX_FAILURES = 3;
/** How often the command checks whether the watchdog it relies on is still alive. */
const LOOK_AGAIN_MS = 500;

/**
 * Hands a request to the watchdog, starting one if none is alive, and waits for the reply. Throws a
 * Problem if there is none in time.
 */
export async function submit(layout: Layout, request: Request): Promise<Reply> {
  const watchdog = new WatchdogProcess(layout, request.kind === 'register' ? hostVariables(process.env) : process.env);
  // Check before queueing a request that no watchdog could handle.
  if (!watchdog.isAlive() && managerFor(layout.stateDir) === null) needsLimitsOfWatchdog();
  putRequest(layout, request);
  for (let waitedMs = 0; waitedMs < REPLY_DEADLINE_MS; waitedMs += LOOK_AGAIN_MS) {
    watchdog.ensure();
    const reply = await awaitReply(layout, request.id, { deadlineMs: LOOK_AGAIN_MS });
    if (reply !== null) return reply;
    if (watchdog.failures.length >= MAX_FAILURES) break;
  }
  const kept = `the request stays in ${layout.inbox} and is handled as soon as a watchdog runs again`;
  const failure = watchdog.failures.at(-1);
  if (failure !== undefined)
    throw new Problem(EXIT_TEMPORARY, 'no watchdog can be started', {
      expected: 'a watchdog that keeps running',
      got: `${failure}, ${counted(watchdog.failures.length, 'time')}`,
      hint: `${kept}; its log is ${layout.watchdogLog}, and \`ulimit -a\` says what this shell allows (processes, open files, memory)`,
    });
  throw new Problem(EXIT_TEMPORARY, 'the watchdog does not answer', {
    expected: `a reply within ${REPLY_DEADLINE_MS / 1000} s`,
    got: 'none',
    hint: `${kept}; its log is ${layout.watchdogLog}`,
  });
}
