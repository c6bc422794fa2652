import { nameOf } from './account/hold.ts';
import { isStale, reserveName } from './account/window.ts';
import { openAsks } from './asks/ask.ts';
import type { Decision, RunDecision } from './decision.ts';
import type { HostDecision } from './host/decide-host.ts';
import { type Cause, key } from './model/cause.ts';
import { type Action, type Instant, isAck } from './model/facts.ts';
import type { HostAction } from './model/host.ts';
import { isOver, type Run } from './model/run.ts';
import {
  acknowledged,
  changedBy,
  clearedOf,
  type Notice,
  type NoticeChanges,
  type NoticeDraft,
  type NoticeRun,
  opened,
  reopen,
} from './notices/notice.ts';
import { hostNoticeDraft } from './notices/wording.ts';
import { isForOthers } from './run/owner.ts';

type Escalation = Action & { readonly kind: 'escalate' };

/** What a notice says beyond the decision that opens it. */
export interface NoticeContext {
  readonly noticeDraft: (action: Escalation, run: Run) => NoticeDraft;
  /** A supervisor has handed-off runs mended, so no person is notified of those first. */
  readonly recovers: boolean;
  /** The runs that wait because of a cause of the machine. */
  readonly waiting: (cause: Cause) => readonly NoticeRun[];
}

/** How a decision changes the notices: opens some, and clears those that need nobody any more. */
export function noticesAfter(notices: readonly Notice[], decision: Decision, context: NoticeContext): NoticeChanges {
  switch (decision.kind) {
    case 'run':
      return afterRun(notices, decision, context);
    case 'host':
      return afterHost(notices, decision, context);
    case 'refused':
      return NO_CHANGES;
  }
}

/** A decision, and how it changes the notices, if it does. */
export interface WithNotices {
  readonly decision: Decision;
  readonly notices?: NoticeChanges;
}

/** How each of these decisions changes the notices that the ones before it left. */
export function noticesOfEach(notices: readonly Notice[], decisions: readonly Decision[], context: NoticeContext): readonly WithNotices[] {
  let now = notices;
  return decisions.map((decision) => {
    const changes = noticesAfter(now, decision, context);
    if (changes.kept.length + changes.dropped.length === 0) return { decision };
    now = changedBy(now, changes);
    return { decision, notices: changes };
  });
}

function afterRun(notices: readonly Notice[], decision: RunDecision, { noticeDraft, recovers }: NoticeContext): NoticeChanges {
  const { run, holds, actions, observation } = decision;
  const { at } = observation;
  const { account } = run.spec;
  const over = `${run.name} is ${run.state}: ${decision.because}`;
  const own = clearedOf(notices, (cause) => isOfRun(cause, run) && !isNeeded(run, cause), over, at);
  const standing = holds?.filter(({ kind, isCap }) => kind === 'auth' || isCap).map(nameOf);
  const isLifted = (cause: Cause): boolean =>
    standing !== undefined &&
    cause.about === 'account' &&
    cause.account === account &&
    !isOfReserve(cause.hold) &&
    !standing.includes(cause.hold);
  // A window that began anew is not marked as notified.
  const reserves = (decision.windows ?? decision.given.around.windows ?? [])
    .filter((window) => window.notified && !isStale(window, at.wall))
    .map(reserveName);
  const hasRoom = (cause: Cause): boolean =>
    cause.about === 'account' && cause.account === account && isOfReserve(cause.hold) && !reserves.includes(cause.hold);
  const room = clearedOf(notices, hasRoom, `${account} has room again`, at);
  const shared = clearedOf(notices, isLifted, `${account} is no longer refused`, at);
  const known = isAck(observation) && decision.reply?.accepted === true ? acknowledged(notices, run.id, at) : [];
  const cleared = joined({ kept: known, dropped: [] }, { kept: [...own, ...shared, ...room], dropped: [] });
  return actions
    .filter((action) => action.kind === 'escalate')
    .filter(({ to }) => to === 'operator' || !recovers)
    .reduce((changes, action) => joined(changes, escalated(changed(notices, changes), noticeDraft(action, run), at)), cleared);
}

function afterHost(notices: readonly Notice[], { actions, observation, reply }: HostDecision, { waiting }: NoticeContext): NoticeChanges {
  const { at } = observation;
  const isKnown = observation.kind === 'host.acknowledged' && reply?.accepted === true;
  const removed = observation.kind === 'run.removed' ? observation.run : null;
  const ofRemoved = clearedOf(notices, (cause) => cause.about === 'run' && cause.run === removed, `${removed} was removed`, at);
  const known: NoticeChanges = { kept: isKnown ? acknowledged(notices, null, at) : ofRemoved, dropped: [] };
  return actions
    .filter((action) => action.kind === 'tell')
    .reduce((changes, action) => joined(changes, afterTell(changed(notices, changes), action, waiting(action.cause), at)), known);
}

/** `waiting` are the runs that wait because of it. */
function afterTell(
  notices: readonly Notice[],
  action: HostAction & { readonly kind: 'tell' },
  waiting: readonly NoticeRun[],
  at: Instant,
): NoticeChanges {
  if (action.isOver) return { kept: clearedOf(notices, (cause) => key(cause) === key(action.cause), action.because, at), dropped: [] };
  return opened(notices, hostNoticeDraft(action, waiting), at);
}

export const NO_CHANGES: NoticeChanges = { kept: [], dropped: [] };

/**
 * Each cause is reported once per run or account. If it recurs after an acknowledgement, what the
 * person did has not helped.
 */
function escalated(notices: readonly Notice[], draft: NoticeDraft, at: Instant): NoticeChanges {
  const { kept, dropped } = opened(notices, draft, at);
  return { kept: kept.map((notice) => reopen(notice, at)), dropped };
}

/**
 * A cause of a run is active while the run waits for a person, or while the streak remembers its
 * notification; a question is as long as it is open.
 */
const isNeeded = (run: Run, cause: Cause): boolean => {
  if (cause.about === 'run' && cause.trouble === 'question') return !isOver(run) && isOpen(run, cause.question);
  return (
    isForOthers(run.state) ||
    (!isOver(run) && cause.about === 'run' && (run.streak.notified.includes(cause.trouble) || isStillUnknown(run, cause)))
  );
};

/** A notice of an older build is about all questions of its run. */
const isOpen = (run: Run, question: number | undefined): boolean =>
  openAsks(run).some(({ number }) => question === undefined || number === question);

const isStillUnknown = (run: Run, cause: Cause): boolean =>
  cause.about === 'run' && cause.trouble === 'unknown-cost' && run.caps?.isUnknown === true;

const isOfReserve = (hold: string): boolean => hold.startsWith('reserve ');

const isOfRun = (cause: Cause, { id }: Run): boolean => cause.about === 'run' && cause.run === id;

/** The notices after these changes. */
const changed = (notices: readonly Notice[], { kept, dropped }: NoticeChanges): readonly Notice[] => [
  ...notices.filter(({ id }) => !dropped.includes(id) && !kept.some((one) => one.id === id)),
  ...kept,
];

const joined = (first: NoticeChanges, then: NoticeChanges): NoticeChanges => ({
  kept: [...first.kept.filter(({ id }) => !then.dropped.includes(id) && !then.kept.some((one) => one.id === id)), ...then.kept],
  dropped: [...first.dropped, ...then.dropped],
});
