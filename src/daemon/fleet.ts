import { existsSync, rmSync } from 'node:fs';
import { filter, ignoreElements, merge, Observable, Subscription, tap } from 'rxjs';
import manifest from '../../package.json' with { type: 'json' };
import { engineAway } from '../../streams/fleet/away.ts';
import { Beats } from '../../streams/fleet/beats.ts';
import { Care } from '../../streams/fleet/care.ts';
import { Duty } from '../../streams/fleet/duty.ts';
import { Ears } from '../../streams/fleet/hearing.ts';
import { LocalNotices } from '../../streams/fleet/local-notices.ts';
import { Projection } from '../../streams/fleet/projection.ts';
import { Sender } from '../../streams/fleet/sender.ts';
import { every, IDLE_MS } from '../../streams/operators/every.ts';
import type { EffectiveDecision } from '../core/decision.ts';
import { summary } from '../core/fleet/beat.ts';
import type { Posted } from '../core/fleet/outbox.ts';
import { isOver, type Run } from '../core/model/run.ts';
import { reportedNotices } from '../core/notices/report.ts';
import { errorMessage } from '../core/values/error-message.ts';
import type { World } from '../core/world.ts';
import type { Bucket, Engine } from '../fleet/engine.ts';
import { keyPart } from '../fleet/keys.ts';
import { type Member, memberFrom } from '../fleet/member/member.ts';
import { publicText, signatureOf } from '../fleet/member/signing.ts';
import { connectEngine } from '../fleet/nats/connected.ts';
import { sealed, signedText } from '../fleet/rows/envelope.ts';
import { hostDocument } from '../fleet/rows/host-row.ts';
import { runDocument } from '../fleet/rows/run-row.ts';
import { timesFrom } from '../settings/host.ts';
import { recoversRuns } from '../settings/recovery.ts';
import { keptEnvironment } from '../store/environment.ts';
import { instant } from '../system/process/clock.ts';
import { bootId, sinceBootMs } from '../system/process/process.ts';
import { redactor } from '../system/text/redact.ts';
import { sanitizeForLine, sanitizeForTerminal } from '../system/text/sanitize.ts';
import type { noticeOutbox } from './notices.ts';
import type { Watch } from './options.ts';

/** How long the end of a watchdog waits for the engine to hear of it. */
const FAREWELL_MS = 1000;
/** A host without usable keys looks this often whether it has joined. */
const KEYS_MS = 60_000;

export interface FleetSide {
  readonly watch: Watch;
  readonly world: World;
  readonly notices: ReturnType<typeof noticeOutbox>;
  readonly said$: Observable<EffectiveDecision>;
}

/**
 * This host's side of its fleet. Nothing that is decided waits for it: it notes what has changed,
 * and sends it in its own time.
 */
export const fleetSide = (side: FleetSide): Observable<never> =>
  new Observable(() => {
    const { settings, report, parting } = side.watch;
    const parts = new Subscription();
    let timer: NodeJS.Timeout | undefined;
    let said = '';
    let isEnded = false;
    let leave = async (): Promise<void> => {};
    const join = async () => {
      try {
        const member = memberFrom(settings);
        const engine = await connectEngine(member);
        if (isEnded) return void engine.close();
        leave = take(side, member, engine, parts);
        report(`this host is ${member.host} in the fleet ${member.fleet}`);
      } catch (error) {
        // The runs are looked after all the same.
        if (errorMessage(error) !== said) report(`this host takes no part in its fleet: ${errorMessage(error)}`);
        said = errorMessage(error);
        timer = setTimeout(() => void join(), KEYS_MS).unref();
      }
    };
    void join();
    return () => {
      isEnded = true;
      clearTimeout(timer);
      parting.add(leave().finally(() => parts.unsubscribe()));
    };
  });

/** Starts all parts, and returns what ends them. */
function take({ watch, world, notices, said$ }: FleetSide, member: Member, engine: Engine, parts: Subscription): () => Promise<void> {
  const { layout, settings, state, report } = watch;
  const { store, lease } = state;
  const times = timesFrom(settings);
  const key = keyPart(member.host);
  const now = () => ({ nowMs: sinceBootMs(), nowWall: Date.now() });
  const { nowMs } = { nowMs: () => sinceBootMs() };
  const seal = (bucket: Bucket, prefix: string) => (own: string, row: Posted) => {
    const text = signedText({ fleet: member.fleet, bucket, key: prefix + own, ...row });
    return sealed(row, signatureOf(member.signingKey, text));
  };
  const aloud = quietly(report);
  const runs = new Sender(
    {
      ...{ engine, now, report: aloud, bucket: 'runs', prefix: `${key}.`, seal: seal('runs', `${key}.`) },
      keep: ({ last, engine: made }, rows) => store.fleet.keep({ last, engine: made, rows }),
    },
    store.fleet.read(),
  );
  const since = new Date().toISOString();
  const boot = bootId();
  const hostRow = (isEnding: boolean) => {
    const active = world.runs.filter((run) => !isOver(run));
    const counts: Record<string, number> = {};
    for (const { state: of } of active) counts[of] = (counts[of] ?? 0) + 1;
    return hostDocument({
      ...{ v: 1, host: member.host, id: member.id, incarnation: lease.fence, boot, dogwatch: manifest.version, labels: member.labels },
      ...{ key: publicText(member.signingKey), certificate: member.certificate },
      at: new Date().toISOString(),
      beat: summary(runs.outbox),
      watchdog: isEnding ? null : { pid: process.pid, since },
      ...{ active: active.length, counts, channels: settings.notify.length },
    });
  };
  const beats = new Beats({ engine, key, times, now, report: aloud, seal: seal('hosts', key), says: () => hostRow(false) });
  const ackedMs = () => beats.ackedMs;
  const local = new LocalNotices({ channels: notices.channels, outbox: notices.outbox, wake: notices.wake });
  const duty: Duty = new Duty({
    ...{ engine, times, nowMs, host: member.host, nonce: () => crypto.randomUUID() },
    looks: () => local.areOfOthers,
    wants: () => ears.isListener && nowMs() - ackedMs() < times.fenceMs,
  });
  const ofHere = redactor(process.env);
  const clean = (text: string) => sanitizeForLine(ofHere(text));
  const ears: Ears = new Ears({
    engine,
    key,
    times,
    nowMs,
    ackedMs,
    isCaring: () => duty.isMine || local.areOfOthers,
    heard: () => cares(),
  });
  const care = new Care({ engine, times, ears, duty, notices: local, nowMs, at: instant, ackedMs, clean });
  const cares = () =>
    void care.look().catch((error: unknown) => aloud(`the other hosts could not be looked after: ${errorMessage(error)}`));
  const away = engineAway({ notices: local, nowMs, at: instant, ackedMs });
  const isReady = new Subscription();
  const projection = new Projection({
    document: (run) => documentOf(run),
    around: () => JSON.stringify(notices.outbox.notices.map(({ state: of, cause, runs: those }) => [of, cause, those.length])),
    active: () => world.active,
    ...{ places: store.fleet.places, runAt: store.fleet.runAt, report: aloud },
    keys: () => runs.outbox.rows.keys(),
    changed: (documents) => runs.changed(documents),
    // Before that a beat would say that what it has of before is all.
    ready: () => isReady.add(merge(runs.sending$, beats.beating$, duty.serving$, ears.listening$).subscribe()),
    clockMs: () => performance.now(),
  });
  function documentOf(run: Run): string | null {
    const secrets = redactor(process.env, keptEnvironment(layout, run.spec.environmentFile) ?? {});
    return runDocument(run, {
      notices: reportedNotices(notices.outbox.notices),
      nowWall: Date.now(),
      recovers: recoversRuns(settings),
      clean: (text) => sanitizeForTerminal(secrets(text)),
    });
  }
  parts.add(isReady);
  parts.add(
    merge(
      projection.projecting$,
      said$.pipe(
        filter(({ material }) => material),
        tap((decision) => {
          if (decision.kind === 'run') projection.mark(decision.run);
          else if (decision.observation.kind === 'run.removed') projection.remove(decision.observation.run);
        }),
      ),
      every(IDLE_MS).pipe(
        tap(() => {
          away();
          if (!existsSync(layout.fleetResync)) return;
          rmSync(layout.fleetResync, { force: true });
          runs.resync();
        }),
      ),
    )
      .pipe(ignoreElements())
      .subscribe({ error: (error: unknown) => aloud(`the fleet's side has ended: ${errorMessage(error)}`) }),
  );
  return async () => {
    duty.release();
    await beats.farewell(hostRow(true), FAREWELL_MS);
    await engine.close();
  };
}

/** The same problem is reported once until another one comes. */
function quietly(report: (problem: string) => void): (problem: string) => void {
  let last = '';
  return (problem) => {
    if (problem !== last) report(problem);
    last = problem;
  };
}
