import type { EffectiveDecision } from '../../core/decision.ts';
import type { Message } from '../../core/notices/message.ts';
import { needsAttention } from '../../core/run/owner.ts';
import type { JournalEntry } from '../../system/systemd/journal-sink.ts';

/**
 * Ids of the two kinds of entries, for `journalctl MESSAGE_ID=…`, generated once with `uuidgen`.
 */
const DECISION_ID = '5b1c9d0e7a3f4c52b3a1d9e86f0c2a74';
const HOST_ID = 'c0e7f4a91d2b4b6f9e358a7d6c1b0f23';

/** Describes a decision and what it is about. */
export const inWords = (decision: EffectiveDecision): string =>
  `${decision.kind === 'run' ? `${decision.run.name} ${decision.run.state}` : 'this machine'}: ${decision.because}`;

/**
 * Converts a decision to an entry of the system's journal, found with `journalctl
 * DOGWATCH_RUN=upgrade`.
 */
export function journalEntry(decision: EffectiveDecision): JournalEntry {
  const { observation, actions } = decision;
  const message = inWords(decision);
  const common = {
    DOGWATCH_SEQ: observation.seq,
    DOGWATCH_OBSERVATION: observation.kind,
    DOGWATCH_ACTION: actions.map(({ kind }) => kind),
  };
  if (decision.kind === 'host') {
    const isNotified = actions.some((action) => action.kind === 'tell' && !action.isOver);
    return { message, priority: isNotified ? 'warning' : 'notice', fields: { MESSAGE_ID: HOST_ID, ...common } };
  }
  const { run, from } = decision;
  const isMove = from !== run.state;
  return {
    message,
    priority: isMove && needsAttention(run.state) ? 'warning' : isMove || actions.length > 0 ? 'notice' : 'info',
    fields: {
      MESSAGE_ID: DECISION_ID,
      DOGWATCH_RUN: run.name,
      DOGWATCH_RUN_ID: run.id,
      DOGWATCH_STATE: run.state,
      DOGWATCH_FROM: from,
      DOGWATCH_ATTEMPT: run.attempt?.number ?? null,
      ...common,
    },
  };
}

const NOTICE_ID = 'a4d2e6b80f7c4e1d8b95c3f21e7d6a08';

/** Converts a notice to an entry of the system's journal. */
export const noticeEntry = ({ noticeId, event, document: { cause, runs } }: Message, line: string): JournalEntry => ({
  message: line,
  priority: event === 'all-clear' || event === 'report' ? 'notice' : 'error',
  fields: { MESSAGE_ID: NOTICE_ID, DOGWATCH_NOTICE: noticeId, DOGWATCH_EVENT: event, DOGWATCH_CAUSE: cause, DOGWATCH_RUN: runs },
});
