import { hostname } from 'node:os';
import { ask, NoSsh } from '../../look/fleet/ask.ts';
import { type Ask, askAll, keepAsking, unasked } from '../../look/fleet/several.ts';
import { lookAt } from '../../look/state.ts';
import type { SshHost } from '../../system/ssh/hosts.ts';
import type { HostKnown } from '../../view/fleet/model.ts';
import { openLayout } from '../client/state-layout.ts';
import { EXIT_UNAVAILABLE, Problem } from '../terminal/problem.ts';
import type { Source } from './source.ts';

export interface Patience {
  readonly deadlineMs: number;
  readonly everyMs: number;
}

/** Each host is asked by itself, for what its own `status` says. */
export function bySsh(hosts: readonly SshHost[], { deadlineMs, everyMs }: Patience): Source {
  const asking: Ask = (host) => ask(host, { environment: process.env, deadlineMs, here: () => lookAt(openLayout()) }).catch(explained);
  const first = unasked(hosts, hostname());
  const known = (now: readonly HostKnown[]) => ({ hosts: now, engine: null });
  return {
    first: known(first),
    look: async () => known(await askAll(hosts, first, asking)),
    follow: (changed, signal) => keepAsking(hosts, first, { ask: asking, everyMs, signal, changed: (now) => changed(known(now)) }),
    close: async () => {},
  };
}

function explained(error: unknown): never {
  if (!(error instanceof NoSsh)) throw error;
  throw new Problem(EXIT_UNAVAILABLE, 'ssh was not found', {
    expected: 'the ssh of OpenSSH in the PATH',
    got: `PATH=${process.env.PATH ?? ''}`,
    hint: 'install it: apt install openssh-client',
  });
}
