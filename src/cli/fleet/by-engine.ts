import { setTimeout as pause } from 'node:timers/promises';
import { type Member, memberFrom } from '../../fleet/member/member.ts';
import { connectEngine, type NatsEngine } from '../../fleet/nats/connected.ts';
import { follow, readAll } from '../../look/engine/follow.ts';
import { Gathered } from '../../look/engine/gathered.ts';
import type { Settings } from '../../settings/settings.ts';
import { sinceBootMs } from '../../system/process/process.ts';
import { redactor } from '../../system/text/redact.ts';
import { sanitizeForLine } from '../../system/text/sanitize.ts';
import type { FleetKnown } from '../../view/fleet/model.ts';
import { EXIT_UNAVAILABLE, Problem } from '../terminal/problem.ts';
import { withProblems } from './membership/place.ts';
import { moment } from './moment.ts';
import type { Source } from './source.ts';

const AGAIN_MS = 200;

/** Everything comes from the engine of the fleet that this host has joined: no host is asked. */
export async function byEngine(settings: Settings, deadlineMs: number): Promise<Source> {
  const member = withProblems(() => memberFrom(settings), 'this host cannot look at its fleet');
  const redacted = redactor(process.env);
  const clean = (text: string) => sanitizeForLine(redacted(text));
  const gathered = new Gathered({ fleet: member.fleet, root: member.root, host: member.host, takeMs: settings.fleetTakeMs, clean });
  const engine = await connectEngine(member);
  const reading = { engine, gathered, nowMs: sinceBootMs };
  const known = (trouble: string | null): FleetKnown => ({
    hosts: gathered.known(moment()),
    engine: { fleet: member.fleet, answeredMs: gathered.answeredMs, trouble },
  });
  return {
    first: { hosts: [], engine: { fleet: member.fleet, answeredMs: null, trouble: null } },
    look: async () => {
      const late = pause(deadlineMs, 'late' as const, { ref: false });
      for (;;) {
        const read = await Promise.race([readAll(reading), late]);
        if (read === 'late') throw unanswered(member, engine, deadlineMs);
        if (read) return known(null);
        await pause(AGAIN_MS);
      }
    },
    follow: (changed, signal) => follow(reading, (isAnswered) => changed(known(isAnswered ? null : troubleOf(engine))), signal),
    close: () => engine.close(),
  };
}

const troubleOf = ({ trouble }: NatsEngine): string => trouble ?? 'it is reached, and says nothing';

const unanswered = (member: Member, engine: NatsEngine, deadlineMs: number): Problem =>
  new Problem(EXIT_UNAVAILABLE, `the engine of the fleet ${member.fleet} does not answer`, {
    expected: `what its hosts have written, from ${member.urls.join(', ')} within ${deadlineMs / 1000} s`,
    got: troubleOf(engine),
    hint: '`dogwatch fleet doctor` says what is wrong; `dogwatch fleet status --ssh HOST,HOST` asks hosts without an engine',
  });
