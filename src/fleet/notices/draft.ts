import type { Cause } from '../../core/model/cause.ts';
import type { Instant } from '../../core/model/facts.ts';
import { type Notice, openNotice } from '../../core/notices/notice.ts';
import { counted } from '../../core/values/counted.ts';
import { inWords } from '../../core/values/duration.ts';
import { fingerprint } from '../../core/values/fingerprint.ts';
import { inLine, inShort, type RunThere } from './needs.ts';

const MAX_NAMED = 10;

/** The cause of a notice about other hosts, or about the way to them. */
export type FleetCause = Cause & { readonly about: 'fleet' };

export interface SilentHost {
  readonly host: string;
  readonly silentMs: number;
  /** Its watchdog said that it ends. */
  readonly hasEnded: boolean;
  /** Null if they could not be read. */
  readonly runs: readonly RunThere[] | null;
}

/** Whoever is the caretaker makes the same id of an episode: receivers drop the second one. */
const noticeOf = (
  cause: FleetCause,
  episode: number,
  words: Pick<Notice, 'subject' | 'sentence' | 'lastLines' | 'commands'>,
  at: Instant,
): Notice => ({ ...openNotice({ cause, runs: [], tried: [], ...words }, at), id: noticeId(cause, episode) });

export const noticeId = ({ what, host }: FleetCause, episode: number): string => fingerprint(`fleet ${what} ${host} ${episode}`);

/** One host that is silent, and what its runs need. */
export function deadHostNotice({ host, silentMs, hasEnded, runs }: SilentHost, episode: number, at: Instant): Notice {
  const ago = inWords(silentMs);
  const why = hasEnded
    ? `The watchdog of ${host} was ended ${ago} ago, and its runs are not watched.`
    : `Nothing has been heard of ${host} for ${ago}: it is off, cut off, or its watchdog is gone.`;
  const words = {
    subject: hasEnded ? `the watchdog of the host ${host} has ended` : `the host ${host} is not heard of`,
    sentence: `${why} ${inShort(runs)}`,
    lastLines: (runs ?? []).filter(({ group }) => group !== 'done').map(inLine),
    commands: [`ssh ${host} dogwatch status`, `ssh ${host} dogwatch doctor`, 'dogwatch fleet status'],
  };
  // The first lines are the urgent ones, and a notice keeps the last.
  return { ...noticeOf({ about: 'fleet', what: 'host', host }, episode, words, at), lastLines: words.lastLines.slice(0, 20) };
}

/** Many hosts at once: it is not the hosts. */
export function commonNotice(hosts: readonly string[], episode: number, at: Instant): Notice {
  const more = hosts.length > MAX_NAMED ? ` and ${hosts.length - MAX_NAMED} more` : '';
  const words = {
    subject: `${counted(hosts.length, 'host')} fell silent together: the network or the engine`,
    sentence: `Nothing is heard of ${hosts.slice(0, MAX_NAMED).join(', ')}${more}, all since about the same time: the network or a node of the engine is gone, rather than each of them.`,
    lastLines: [],
    commands: ['dogwatch fleet doctor', 'dogwatch fleet status'],
  };
  return noticeOf({ about: 'fleet', what: 'network', host: '' }, episode, words, at);
}

/** This host does not reach the engine. Only it can say so, by its own channels. */
export function engineNotice(sinceMs: number, at: Instant): Notice {
  const words = {
    subject: 'the engine of its fleet cannot be reached',
    sentence: `The engine of the fleet has not answered this host for ${inWords(sinceMs)}. Its runs are watched as ever; the other hosts do not see them, and are not seen.`,
    lastLines: [],
    commands: ['dogwatch fleet doctor'],
  };
  return noticeOf({ about: 'fleet', what: 'engine', host: '' }, at.wall, words, at);
}

/** A notice that another caretaker has sent: from here come its reminders and its all-clear. */
export const adopted = (notice: Notice, channels: readonly string[], at: Instant, remindMs: number): Notice => ({
  ...notice,
  deliveries: Object.fromEntries(
    channels.map((channel) => [channel, { accepted: 1, cleared: false, failures: 0, problem: null, at, waitMs: remindMs }]),
  ),
});
