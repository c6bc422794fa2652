import { map, tap } from 'rxjs';
import { inbox } from '../../streams/sources/requests.ts';
import type { Decision } from '../core/decision.ts';
import { removeRequest, type TakenRequest } from '../store/inbox/take.ts';
import type { Watch } from './options.ts';
import { inboxOf, openRequests, requested } from './sources.ts';

/** Requests as facts. A request's file is removed once its answer is on disk. */
export function requestsOf({ layout, state: { store }, settings, report }: Watch, openAbout: (run: string | null) => readonly string[]) {
  const files = new Map<string, string>();
  const facts$ = inbox<TakenRequest>({ ...inboxOf(layout, report), look: () => openRequests(layout, store) }).pipe(
    tap(({ request, file }) => files.set(request.id, file)),
    map(({ request }) => requested(layout, request, settings.allowInside, openAbout)),
  );
  const answered = ({ reply }: Decision) => {
    const file = reply === null ? undefined : files.get(reply.request);
    if (reply === null || file === undefined) return;
    removeRequest(file);
    files.delete(reply.request);
  };
  return { facts$, answered };
}
