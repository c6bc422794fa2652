import type { HostDecision } from '../../../src/core/host/decide-host.ts';
import { NEW_HOST } from '../../../src/core/host/state.ts';
import { causeAt } from '../../../src/core/model/cause.ts';
import type { Instant } from '../../../src/core/model/facts.ts';
import type { HostAction } from '../../../src/core/model/host.ts';
import type { NoticeDraft } from '../../../src/core/notices/notice.ts';

export const START: Instant = { wall: Date.UTC(2026, 0, 5, 3, 0), mono: 5_000_000 };

/** This many ms later, on both clocks. */
export const plus = (ms: number, at: Instant = START): Instant => ({ wall: at.wall + ms, mono: at.mono + ms });

/** `cause`: its key. */
export const news = ({
  cause = 'blocked/upgrade.1',
  ...changes
}: Partial<Omit<NoticeDraft, 'cause'>> & { cause?: string } = {}): NoticeDraft => ({
  cause: causeAt(cause),
  runs: [{ id: 'upgrade.1', name: 'upgrade' }],
  subject: 'it needs a person',
  sentence: 'a person is needed: the registry wants a new token',
  tried: ['3 resumes, 2 of 20 since the last milestone'],
  lastLines: ['npm error code E401', 'npm error need auth'],
  commands: ['dogwatch explain upgrade', 'dogwatch ack upgrade'],
  ...changes,
});

/** A decision about the machine that says this. */
export const hostDecision = (actions: readonly HostAction[], at: Instant): HostDecision => ({
  kind: 'host',
  observation: { kind: 'disk.sampled', takenMono: at.mono, isWhole: true, filesystems: [], unreachable: [], seq: 9, at, jitter: 0 },
  host: NEW_HOST,
  because: 'so',
  material: true,
  actions,
  reply: null,
});
