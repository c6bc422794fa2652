import {
  auditTime,
  concat,
  connect,
  finalize,
  from,
  fromEvent,
  ignoreElements,
  merge,
  mergeMap,
  type Observable,
  of,
  Subject,
  takeUntil,
  takeWhile,
  tap,
} from 'rxjs';
import { observations } from '../../streams/observations.ts';
import { every, IDLE_MS } from '../../streams/operators/every.ts';
import { everyWhile } from '../../streams/operators/every-while.ts';
import { idle } from '../../streams/operators/idle.ts';
import { type Ports, supervise } from '../../streams/pipeline.ts';
import { firstDiskSample } from '../../streams/sources/disk-samples.ts';
import type { Decision, EffectiveDecision } from '../core/decision.ts';
import { fullBytes, urgentPaths } from '../core/host/pressure.ts';
import { NEW_HOST, takenOver } from '../core/host/state.ts';
import type { Fact } from '../core/model/facts.ts';
import type { HostFact } from '../core/model/host.ts';
import { isActive, type Run } from '../core/model/run.ts';
import { quarterOf } from '../core/spend/quarters.ts';
import { World } from '../core/world.ts';
import { answer } from '../effects/answer.ts';
import { perform, recover } from '../effects/perform.ts';
import { logLimit } from '../launch/attempt/cut-log.ts';
import { pricesFor } from '../prices/list.ts';
import { dayRules } from '../settings/cost.ts';
import { marksFrom } from '../settings/disk.ts';
import { recoversRuns } from '../settings/recovery.ts';
import { StoreError } from '../store/directory/error.ts';
import { forgetEnvironment } from '../store/environment.ts';
import { Recorder } from '../store/recorder.ts';
import { RestNotes } from '../store/rest-file.ts';
import { reserveBallast } from '../system/disk/ballast.ts';
import { diskSampler } from '../system/disk/sampler.ts';
import { instant } from '../system/process/clock.ts';
import { stage } from '../system/stage.ts';
import { foundAtStart } from './found-at-start.ts';
import { hostOf } from './host.ts';
import { noticeOutbox } from './notices.ts';
import type { Watch } from './options.ts';
import { rehearseDeath } from './rehearsal.ts';
import { removalsOf } from './removals.ts';
import { requestsOf } from './requests.ts';
import { deliveries, events, fleet, heartbeat, images, mornings, oldLogs, pictures, service } from './sinks.ts';
import { firstFacts, sourcesOf } from './sources.ts';
import { standbysOf } from './standbys.ts';
import { upkeep } from './upkeep.ts';

const ACTIONS_AT_ONCE = 256;
const DAY_MS = 86_400_000;
const QUESTIONS_AT_ONCE = 4;
/** A watchdog that replaces another one soon after its last sign of life gets one this often. */
const CHORES_MS = 2000;
const IMPATIENT_MS = 30_000;
/** How long changed numbers wait to be stored. */
const CHECKPOINT_MS = 2000;
/** How long after something happened a death is rehearsed: never while there is more to do. */
const REHEARSAL_MS = 400;
/** How long a watchdog that ends when idle waits for another request. */
const LINGER_MS = 3000;

/**
 * Assembles the watchdog. Completes on TERM or INT, or when there is nothing left to watch. Errors
 * with failures of the store.
 */
export function watch(options: Watch): Observable<EffectiveDecision> {
  const { layout, state, settings, names, untilIdle, inFlight } = options;
  const { store } = state;
  const rules = { marks: marksFrom(settings), mayAct: settings.enabled, recovers: recoversRuns(settings), day: dayRules(settings) };
  const world = new World(
    {
      runs: store.activeRuns(),
      holds: store.accountHolds(),
      windows: store.accountWindows(),
      host: takenOver(store.host() ?? NEW_HOST),
      spent: store.spentSince(quarterOf(instant().wall - 2 * DAY_MS)),
    },
    rules,
    (id) => store.run(id),
  );
  const recorder = new Recorder(store, new RestNotes(layout));
  const host = hostOf(layout, state, settings, world, options.report);
  const notices = noticeOutbox(layout, store, world, settings, options.notice);
  const standbys = standbysOf(layout, settings.standby);
  for (const run of world.active) standbys.follow(run);
  const requests = requestsOf(options, notices.openAbout);
  const removals = removalsOf(options);
  const record = (asked: readonly Decision[]) => {
    stage('decided');
    const group = asked.map(removals.before);
    notices.record(group, (decisions) => recorder.record(decisions));
    for (const decision of group) {
      requests.answered(decision);
      // A complete run is never resumed, so its keys are no longer needed.
      if (decision.kind === 'run' && decision.run.state === 'complete' && !isActive(decision.run))
        forgetEnvironment(layout, decision.run.spec.environmentFile);
      removals.after(decision);
      // Only now is it durable: a standby is used after its decision, and discarded before what
      // else follows from it.
      if (decision.kind === 'run') standbys.follow(decision.run);
    }
    stage('recorded');
  };
  const ports: Ports = {
    now: instant,
    jitter: Math.random,
    record,
    // Less may still fit on a full disk.
    concernsAll: (error) => error instanceof StoreError && error.kind !== 'full',
    soon: queueMicrotask,
    // What an attempt says it used can only be priced if the list is there by then.
    perform: (action, run) =>
      inFlight.add(pricesFor(run).then(() => perform(action, run, layout, host.prepare, settings.prices.rates, standbys))),
    ask: (question, run) => answer(question, run, layout, settings.prices.rates),
    performHost: (action) => from(inFlight.add(host.perform(action))).pipe(mergeMap((facts) => facts)),
  };
  const limits = { lastSeq: store.lastSeq(), actionsAtOnce: ACTIONS_AT_ONCE, questionsAtOnce: QUESTIONS_AT_ONCE };
  const decisions$ = supervise(observe(options, world, requests.facts$, host), world, ports, limits);
  const lives = (name: string) => world.active.some((run) => run.name === name);
  const isOver = () => (untilIdle && world.active.length === 0) || (names.length > 0 && !names.some(lives));
  const recorded$ = new Subject<void>();
  const end$ = merge(fromEvent(process, 'SIGTERM'), fromEvent(process, 'SIGINT'), idle(isOver, recorded$, LINGER_MS));
  const aloud$ = decisions$.pipe(
    tap(() => recorded$.next()),
    connect((said$) =>
      merge(
        deliveries(notices, said$, options),
        heartbeat(said$, options),
        events(said$, options),
        service(said$, options, world),
        fleet(said$, options, world, notices),
        said$,
      ),
    ),
  );
  const checkpoint = () => recorder.checkpoint();
  const leave = () => {
    checkpoint();
    // Space may have come back since the last beat: whoever needs the reserve next finds it.
    reserveBallast(layout.ballast, settings.ballastBytes);
  };
  const choresMs = settings.leaseTimeoutMs < IMPATIENT_MS ? CHORES_MS : IDLE_MS;
  return merge(
    aloud$,
    every(choresMs).pipe(tap(upkeep({ ...options, keepTime: host.keepTime })), ignoreElements()),
    everyWhile(() => recorder.isBehind, CHECKPOINT_MS, recorded$).pipe(tap(checkpoint), ignoreElements()),
    recorded$.pipe(
      auditTime(REHEARSAL_MS),
      takeWhile(() => !rehearseDeath(world.active, layout, rules)),
      ignoreElements(),
    ),
    pictures(options, world),
    mornings(notices, options),
    images(host, options),
    oldLogs(host, options),
  ).pipe(
    takeUntil(end$),
    tap({ complete: leave }),
    finalize(host.close),
    finalize(() => standbys.close()),
  );
}

/**
 * Emits how full the disks are, the first facts for every run, what became of unsettled actions,
 * and then everything that is watched.
 */
function observe(
  { layout, state: { store }, settings, report }: Watch,
  world: World,
  requests$: Observable<Fact | HostFact>,
  { paths, fills }: ReturnType<typeof hostOf>,
) {
  const unsettled = store.unsettled();
  const first = [...foundAtStart(layout, store, world.runs), ...firstFacts(world.runs, store.lastBoot(), settings.enabled)];
  const recovered$ = from(unsettled).pipe(
    mergeMap(
      async ({ action, run }): Promise<Fact> => ({
        kind: 'action.settled',
        run: run.id,
        action: action.id,
        outcome: await recover(action, run, layout, settings.prices.rates),
      }),
    ),
  );
  const disks = {
    nowMono: () => instant().mono,
    pathsOf: (run: Run) => run.spec.paths,
    ownPaths: paths,
    urgent: () => urgentPaths(world.host.pressure, marksFrom(settings)),
    sample: diskSampler(),
  };
  const watched = {
    ...sourcesOf(
      layout,
      world,
      () => logLimit(settings.maxLogBytes, fullBytes(world.host.pressure, layout.stateDir)),
      settings.prices.rates,
      report,
    ),
    disks,
    fills,
    requests$,
    ticks: { deadlines: world, now: instant },
    report,
  };
  return (changed$: Observable<Run>, decided$: Observable<EffectiveDecision>) =>
    concat(firstDiskSample(world.active, disks), of(...first), merge(recovered$, observations(changed$, decided$, watched)));
}
