import {
  auditTime,
  concat,
  concatMap,
  defer,
  filter,
  from,
  map,
  merge,
  mergeMap,
  Observable,
  type ObservableInput,
  of,
  retry,
  type SchedulerLike,
  share,
  tap,
} from 'rxjs';
import type { Connected, EngineEvent, Inventory, SeenImage } from '../../src/core/images/image.ts';
import { basesOf } from '../../src/core/images/layers.ts';
import { imagesByReference } from '../../src/core/images/references.ts';
import { errorMessage } from '../../src/core/values/error-message.ts';
import { every } from '../operators/every.ts';

/** Something that happened in an engine. */
export interface DockerEvent {
  readonly type: 'image' | 'container';
  readonly action: string;
  readonly image: string | null;
  /** ms since the epoch. */
  readonly wall: number;
}

type Answer<T> = { readonly kind: 'ok'; readonly value: T } | Failure;

interface Failure {
  readonly kind: 'refused' | 'failed';
  readonly because: string;
  /** There is no engine. */
  readonly isAbsent?: true;
}

export interface EngineEventsDeps {
  readonly endpoint: string;
  connect(): ObservableInput<Answer<Connected>>;
  look(images: readonly SeenImage[] | null): ObservableInput<Answer<Inventory>>;
  watchEvents(sinceWall: number | null, tell: (event: DockerEvent) => void, ended: (because: string) => void): () => void;
  report(problem: string, failure: { readonly isAbsent?: true }): void;
  readonly scheduler?: SchedulerLike;
}

/** An event of one engine, for its ledger. */
export interface EventOfEngine {
  readonly engine: string;
  readonly endpoint: string;
  readonly event: EngineEvent;
}

/** Events can be missed: a container may come and go without one. */
const LOOK_EVERY_MS = 60_000;
/**
 * How often the images are listed as well, counted in looks, whether any event announced a change
 * or not.
 */
const LOOKS_PER_LIST = 10;
/** A pull or a build causes many events. */
const SETTLE_MS = 2000;
/** The wait before an engine that does not respond is tried again. */
const RETRY_MS = 30_000;

const USES = /^(?:pull|load|import|tag|build|push|save|create|start|restart|unpause|die|destroy|commit)$/;
/** What may be the end of a build, which used all that its image was built on. */
const BUILDS = /^(?:tag|build|commit)$/;
/** What changes which images exist or their names. */
const CHANGES = /^(?:pull|load|import|tag|untag|build|delete|prune|commit)$/;

/**
 * Emits what happens to the images of one engine, for ever: a list first and then repeatedly, with
 * its events in between. A gap that nobody watched is reported.
 */
export const engineEvents = (deps: EngineEventsDeps): Observable<EventOfEngine> =>
  defer(() => {
    let why = 'dogwatch was not running';
    let reported: string | null = null;
    const session$ = defer(() => from(deps.connect())).pipe(
      mergeMap((answer) => {
        if (answer.kind !== 'ok') throw new Unanswered(answer);
        reported = null;
        const { engine, inventory, isCovered, uses, sinceWall } = answer.value;
        const before: EngineEvent[] = [{ kind: 'watched-again', why, isCovered }, ...uses];
        const events$ = concat(from(before), follow(deps, inventory, sinceWall));
        return events$.pipe(map((event) => ({ engine, endpoint: deps.endpoint, event })));
      }),
    );
    const again = (error: unknown) => {
      why = errorMessage(error);
      if (why !== reported) deps.report(`${deps.endpoint} is not watched: ${why}`, error instanceof Unanswered ? error.failure : {});
      reported = why;
      return every(RETRY_MS, deps.scheduler);
    };
    return session$.pipe(retry({ delay: again }));
  });

class Unanswered extends Error {
  constructor(readonly failure: Failure) {
    super(failure.because);
  }
}

function follow(deps: EngineEventsDeps, first: Inventory, sinceWall: number): Observable<EngineEvent> {
  return defer(() => {
    let { images } = first;
    let resolve = imagesByReference(images);
    const built = new Set<string>();
    const listed = (inventory: Inventory): EngineEvent[] => {
      const isWhole = inventory.images !== images;
      images = inventory.images;
      resolve = imagesByReference(images);
      if (!isWhole || built.size === 0) return [{ kind: 'listed', inventory }];
      const bases = basesOf(images, [...built].flatMap(resolve));
      built.clear();
      const use = { wall: 0, why: 'something was built on it' };
      return [{ kind: 'listed', inventory }, ...[...bases.keys()].map((image): EngineEvent => ({ kind: 'used', image, use }))];
    };
    const events$ = new Observable<DockerEvent>((subscriber) =>
      deps.watchEvents(
        sinceWall,
        (event) => subscriber.next(event),
        (because) => subscriber.error(new Error(because)),
      ),
    ).pipe(share());
    const isNew = ({ type, action, image }: DockerEvent) =>
      type === 'image' ? CHANGES.test(action) : USES.test(action) && image !== null && resolve(image).length === 0;
    const looks$ = merge(
      every(LOOK_EVERY_MS, deps.scheduler).pipe(map((count) => (count + 1) % LOOKS_PER_LIST === 0)),
      events$.pipe(
        filter(isNew),
        tap(({ type, action, image }) => {
          if (type === 'image' && BUILDS.test(action) && image !== null) built.add(image);
        }),
        auditTime(SETTLE_MS, deps.scheduler),
        map(() => true),
      ),
    ).pipe(
      concatMap((isWhole) => deps.look(isWhole ? null : images)),
      mergeMap((answer) => {
        if (answer.kind !== 'ok') throw new Error(answer.because);
        return listed(answer.value);
      }),
    );
    const uses$ = events$.pipe(
      filter(({ action }) => USES.test(action)),
      mergeMap(({ type, action, image, wall }) =>
        (image === null ? [] : resolve(image)).map(
          (id): EngineEvent => ({ kind: 'used', image: id, use: { wall, why: `${type} ${action}` } }),
        ),
      ),
    );
    return concat(of<EngineEvent>({ kind: 'listed', inventory: first }), merge(uses$, looks$));
  });
}
