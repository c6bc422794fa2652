import { hostname } from 'node:os';
import type { Decision, Reply } from './core/decision.ts';
import type { HostDecision } from './core/host.ts';
import { isRefusedInside, NOT_FROM_INSIDE } from './core/inside.ts';
import { isOfHost } from './core/news.ts';
import { NO_CHANGES, noticesAfter, noticesAfterAllTold } from './core/notice-changes.ts';
import type { Message } from './core/notice-message.ts';
import { acknowledged, acknowledgedOfHost, type NoticeChanges } from './core/notices.ts';
import type { World } from './core/world.ts';
import { notifier } from './effects/notifier.ts';
import { runNews } from './effects/run-news.ts';
import { recoversRuns } from './settings/recovery-settings.ts';
import type { Settings } from './settings/settings.ts';
import type { Layout } from './store/layout.ts';
import { NoticeOutbox } from './store/notice-outbox.ts';
import type { Recorder } from './store/recorder.ts';
import type { Request } from './store/request.ts';
import type { Store } from './store/store.ts';
import { instant } from './system/instant.ts';

/** What a person hears of: opened, cleared and acknowledged in the transaction that records why. */
export function told(layout: Layout, store: Store, recorder: Recorder, settings: Settings, tell: (message: Message) => void) {
  const outbox = new NoticeOutbox(store.notices(), (changes) => store.record([], changes));
  const news = (action: Parameters<typeof runNews>[0], run: Parameters<typeof runNews>[1]) => runNews(action, run, layout);
  return {
    outbox,
    ...notifier(settings.notify, hostname(), tell),
    record(decided: Decision | Reply): void {
      const changes = 'observation' in decided ? noticesAfter(outbox.notices, decided, news, recoversRuns(settings)) : NO_CHANGES;
      if (isNothing(changes)) recorder.record(decided);
      else outbox.change(changes, (with_) => recorder.record(decided, with_));
    },
    recordHost(decision: HostDecision, world: World): void {
      const waiting = (cause: string) =>
        world.active
          .filter(({ holds }) => holds.some(({ kind }) => kind === (cause === 'common-cause' ? cause : 'disk')))
          .map(({ id, name }) => ({ id, name }));
      const changes = noticesAfterAllTold(outbox.notices, decision.actions, waiting, decision.observation.at);
      if (isNothing(changes)) store.recordHost(decision);
      else outbox.change(changes, (with_) => store.recordHost(decision, with_));
    },
    /** True: the request acknowledged something, or could not, and is answered. */
    acknowledges(request: Request): boolean {
      const isOfRun = request.kind === 'operator' && request.command.kind === 'ack';
      if (!isOfRun && request.kind !== 'ack-host') return false;
      if (request.inside !== undefined && isRefusedInside(settings.allowInside, request.inside, isOfRun ? request.run : null)) {
        // The run itself remembers who asked.
        if (isOfRun) return false;
        recorder.record({ request: request.id, accepted: false, message: NOT_FROM_INSIDE });
        return true;
      }
      const kept = isOfRun ? acknowledged(outbox.notices, request.run, instant()) : acknowledgedOfHost(outbox.notices, isOfHost, instant());
      if (kept.length === 0) {
        // The run itself has the answer.
        if (isOfRun) return false;
        recorder.record({ request: request.id, accepted: false, message: 'there is nothing to acknowledge about this machine' });
        return true;
      }
      const message = `acknowledged: ${kept.map(({ subject }) => subject).join('; ')}`;
      outbox.change({ kept, dropped: [] }, (with_) => recorder.record({ request: request.id, accepted: true, message }, with_));
      return true;
    },
  };
}

const isNothing = ({ kept, dropped }: NoticeChanges): boolean => kept.length + dropped.length === 0;
