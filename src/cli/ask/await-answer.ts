import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { Answer, Asking } from '../../core/asks/ask.ts';
import type { Reply } from '../../core/model/reply.ts';
import { isOver } from '../../core/model/run.ts';
import type { Layout } from '../../store/directory/layout.ts';
import type { Request } from '../../store/inbox/request.ts';
import { withReader } from '../../store/with-reader.ts';
import type { OwnMark } from '../client/own-mark.ts';

/** How often the state is read for the answer. */
const LOOK_EVERY_MS = 250;
/** How long beyond the grace time a watchdog may be away before the question is denied here. */
const BEYOND_GRACE_MS = 60_000;
/** While the state cannot be read, nobody knows the run's grace time. */
const UNREADABLE_MS = 600_000;

export interface Asked {
  readonly layout: Layout;
  readonly mark: OwnMark;
  /** Hands a request to the watchdog; throws if none answers, and the request stays queued. */
  readonly submit: (request: Request) => Promise<Reply>;
  readonly nowMs: () => number;
}

type Outcome = Pick<Answer, 'says' | 'text' | 'by'>;

const denied = (text: string): Outcome => ({ says: 'no', text, by: 'nobody' });

/**
 * Asks a person, and waits. The question lies in the state: it outlives this process, the agent and
 * the watchdog. The answer is taken before it is passed on, so that it is used once.
 */
export async function awaitAnswer(asking: Asking, { layout, mark, submit, nowMs }: Asked, signal: AbortSignal): Promise<Outcome> {
  const { run, number: attempt, token } = mark;
  const id = randomUUID();
  const base = { run, attempt, token };
  const refusal = await tried(() => submit({ ...base, id, kind: 'ask', ask: asking }));
  if (refusal !== null) return denied(`Nobody was asked: ${refusal}`);
  const sinceMs = nowMs();
  let isTaking = false;
  for (;;) {
    const { reply, found, graceMs, over } = look(layout, run, id);
    if (reply?.accepted === false) return denied(`Nobody was asked: ${reply.message}`);
    if (found?.taken === true && found.answer !== null) return found.answer;
    if (over !== null) return denied(`Nobody answered: ${over}`);
    if (found?.answer != null && !isTaking) {
      isTaking = true;
      await tried(() => submit({ ...base, id: randomUUID(), kind: 'take', ask: id }));
      continue;
    }
    if (reply?.accepted === true && found === null) return denied('Nobody answered in time.');
    if (signal.aborted || nowMs() - sinceMs > graceMs + BEYOND_GRACE_MS) return denied('Nobody answered in time.');
    await setTimeout(LOOK_EVERY_MS, undefined, { signal }).catch(() => null);
  }
}

/** Why a request was refused, or null if it was not; without an answer it stays queued. */
async function tried(submit: () => Promise<Reply>): Promise<string | null> {
  try {
    const { accepted, message } = await submit();
    return accepted ? null : message;
  } catch {
    return null;
  }
}

function look(layout: Layout, run: string, id: string) {
  try {
    return withReader(layout, (reader) => {
      const known = reader.run(run);
      return {
        reply: reader.reply(id),
        found: known?.asks?.all.find(({ request }) => request === id) ?? null,
        graceMs: known?.spec.policy.permissionGraceMs ?? UNREADABLE_MS,
        over: known !== null && isOver(known) ? `the run is ${known.state}` : null,
      };
    });
  } catch {
    // The disk may be full for a while.
    return { reply: null, found: null, graceMs: UNREADABLE_MS, over: null };
  }
}
