import { hostname } from 'node:os';
import { Subject } from 'rxjs';
import type { Decision } from '../core/decision.ts';
import type { Cause } from '../core/model/cause.ts';
import { type NoticeContext, noticesOfEach, type WithNotices } from '../core/notice-changes.ts';
import type { Message } from '../core/notices/message.ts';
import { openAbout } from '../core/notices/notice.ts';
import type { World } from '../core/world.ts';
import { notifier } from '../effects/notifier.ts';
import { runNoticeDraft } from '../effects/run-notice.ts';
import { recoversRuns } from '../settings/recovery.ts';
import type { Settings } from '../settings/settings.ts';
import type { Layout } from '../store/directory/layout.ts';
import { refuseReadOnly } from '../store/directory/read-only-state.ts';
import { NoticeOutbox } from '../store/notice-outbox.ts';
import type { Store } from '../store/store.ts';

/** The hold of runs that wait for a cause of the machine, where it is called otherwise. */
const HELD_BY: Readonly<Partial<Record<Cause['about'], string>>> = { outbreak: 'common-cause', 'day-spent': 'cap' };

/**
 * Notices for a person: opened, cleared and acknowledged in the transaction that records the
 * reason.
 */
export function noticeOutbox(layout: Layout, store: Store, world: World, settings: Settings, tell: (message: Message) => void) {
  const outbox = new NoticeOutbox(store.notices(), (changes) => store.record([], changes));
  const waiting = ({ about }: Cause) =>
    world.active.filter(({ holds }) => holds.some(({ kind }) => kind === (HELD_BY[about] ?? about))).map(({ id, name }) => ({ id, name }));
  const context: NoticeContext = {
    noticeDraft: (action, run) => runNoticeDraft(action, run, layout),
    recovers: recoversRuns(settings),
    waiting,
  };
  const woken$ = new Subject<void>();
  return {
    outbox,
    /** Something is due that no decision has changed. */
    woken$: woken$.asObservable(),
    wake: () => woken$.next(),
    ...notifier(settings.notify, hostname(), tell),
    /** `write` records these decisions, each with its changes to the notices, if any. */
    record(decisions: readonly Decision[], write: (group: readonly WithNotices[]) => void): void {
      if (decisions.some((decision) => decision.kind !== 'refused' && decision.actions.length > 0)) refuseReadOnly(layout);
      const group = noticesOfEach(outbox.notices, decisions, context);
      write(group);
      for (const { notices } of group) if (notices !== undefined) outbox.apply(notices);
    },
    /**
     * The subjects of the open notices about a run, or about the machine: what can be acknowledged.
     */
    openAbout: (run: string | null): readonly string[] => openAbout(outbox.notices, run).map(({ subject }) => subject),
  };
}
