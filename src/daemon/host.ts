import { realpath } from 'node:fs/promises';
import { isShort } from '../core/host/pressure.ts';
import type { HostAction, HostFact } from '../core/model/host.ts';
import { isActive } from '../core/model/run.ts';
import { errorMessage } from '../core/values/error-message.ts';
import type { World } from '../core/world.ts';
import { dailyCopy } from '../effects/daily-copy.ts';
import { fillSurvey } from '../effects/disk-fills.ts';
import { prereclaim } from '../effects/prereclaim.ts';
import { reclaimFor } from '../effects/reclaim.ts';
import { tidyLogs } from '../effects/tidy-logs.ts';
import { availableAt } from '../reclaimers/available-bytes.ts';
import { dockerEndpoints, reclaimersFor } from '../reclaimers/configured.ts';
import { enginePaths } from '../reclaimers/docker-engines.ts';
import type { Reclaimer } from '../reclaimers/reclaimer.ts';
import { noteEvent, watchedEngine } from '../reclaimers/watched-engine.ts';
import { marksFrom } from '../settings/disk.ts';
import type { Settings } from '../settings/settings.ts';
import type { Layout } from '../store/directory/layout.ts';
import { makeRoom } from '../store/directory/make-room.ts';
import type { HeldState } from '../store/held-state.ts';
import { openImageLedgers } from '../store/image-ledger.ts';
import { watchedClock } from '../store/watched-time.ts';
import { inTime } from '../system/deadline.ts';
import { homeDirectories } from '../system/disk/home-directories.ts';
import { treeSize } from '../system/disk/tree-size.ts';
import { expectsDocker } from '../system/docker/context.ts';
import { dockerEngine } from '../system/docker/engine.ts';
import { instant } from '../system/process/clock.ts';
import { bootId } from '../system/process/process.ts';

/**
 * What the watchdog knows about the machine and does to it: its engines, and what may be removed to
 * free space.
 */
export function hostOf(layout: Layout, { lease }: HeldState, settings: Settings, world: World, report: (problem: string) => void) {
  const ledgers = openImageLedgers(layout, lease, () => makeRoom(layout));
  const clock = watchedClock(layout, () => ({ ...instant(), bootId: bootId() }));
  const reclaimers = (minAgeMs = settings.reclaimMinAgeMs): readonly Reclaimer[] =>
    reclaimersFor({
      settings: { ...settings, reclaimMinAgeMs: minAgeMs },
      layout,
      environment: process.env,
      isActive: (id) => {
        const run = world.run(id);
        return run !== null && isActive(run);
      },
      ledger: (engine) => ledgers.read(engine),
      watched: clock.look,
      trustBuildDates: false,
    });
  /** The run that a path belongs to, by its logs or its directory. */
  const ownerOf = (path: string): string | null => {
    const isIn = (directory: string) => directory !== '/' && (path === directory || path.startsWith(`${directory}/`));
    return world.active.find(({ id, spec }) => isIn(`${layout.runs}/${id}`) || isIn(spec.cwd))?.name ?? null;
  };
  const images = () => reclaimers(settings.prereclaimMinAgeMs).filter(({ kind }) => kind === 'images');
  const roots = new Map<string, readonly string[]>();
  return {
    /**
     * Where dogwatch itself and the engines keep files: filesystems that matter without any run.
     */
    paths: (): readonly string[] => [layout.stateDir, ...[...roots.values()].flat()],
    /** Engines whose use of images is watched. */
    engines: dockerEndpoints(settings).map((endpoint) => {
      const engine = dockerEngine(endpoint, process.env);
      const watched = watchedEngine(engine, ledgers);
      const connect: typeof watched.connect = async () => {
        roots.set(endpoint.url, await enginePaths({ engine }));
        return watched.connect();
      };
      return { ...watched, connect };
    }),
    /** Whether there is no engine, and none is expected. */
    isFine,
    /**
     * Returns why it can't be written, or null if it was; then it is learned again from the engine.
     */
    note: (engine: string, endpoint: string, event: Parameters<typeof noteEvent>[2]): string | null => {
      try {
        noteEvent(ledgers, { engine, endpoint }, event, { ...instant(), bootId: bootId() });
        return null;
      } catch (error) {
        return `what is known of the images of ${endpoint} can't be written: ${errorMessage(error)}`;
      }
    },
    /** Runs before the first attempt of a run. Returns null if that is switched off. */
    prepare: async (): Promise<string | null> =>
      settings.prereclaim && settings.enabled ? prereclaim(layout, images(), settings.prereclaimTimeoutMs, isFine) : null,
    perform: async (action: HostAction): Promise<HostFact[]> => {
      // It was opened as a notice when it was decided.
      if (action.kind === 'tell') return [];
      return [{ kind: 'reclaim.finished', action: action.id, outcome: await reclaimFor(action, layout, reclaimers(), ownerOf) }];
    },
    /**
     * Runs once an hour: makes today's copy of the state if it is missing, and removes old logs.
     * Returns what was done, or null if nothing was.
     */
    hourly: async (): Promise<string | null> => {
      const copied = await dailyCopy(layout);
      const tidied = settings.enabled
        ? await tidyLogs(
            layout,
            reclaimers().filter(({ kind }) => kind === 'logs'),
          )
        : null;
      return [copied, tidied].filter((words) => words !== null).join('; ') || null;
    },
    /** Whose files fill a disk. */
    fills: {
      isShort: () => world.host.pressure.devices.some(isShort),
      look: fillSurvey({
        marks: marksFrom(settings),
        homes: homeDirectories(),
        own: [layout.stateDir],
        now: instant,
        host: () => world.host,
        runs: () => (settings.enabled ? world.active : []),
        realPath: (directory) =>
          inTime(
            realpath(directory).catch(() => null),
            REAL_PATH_MS,
          ),
        availableBytes: (path) => availableAt([path]),
        sizeOf: treeSize,
        report,
      }),
    },
    /**
     * Records that a watchdog is watching: whatever may be freed ages only by this time. Returns
     * what went wrong, or null if nothing did.
     */
    keepTime: clock.keep,
    close: () => {
      clock.keep();
      ledgers.close();
    },
  };
}

const REAL_PATH_MS = 2000;

const isFine = (failure: { readonly isAbsent?: true }): boolean => failure.isAbsent === true && !expectsDocker(process.env);
