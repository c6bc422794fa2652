import type { EngineLedger } from '../core/images/image.ts';
import type { WatchedTime } from '../core/values/watched-time.ts';
import { marksFrom } from '../settings/disk.ts';
import type { Settings } from '../settings/settings.ts';
import type { Layout } from '../store/directory/layout.ts';
import { type DockerEndpoint, parseEndpoint } from '../system/docker/endpoint.ts';
import { dockerEngine } from '../system/docker/engine.ts';
import { buildCache } from './build-cache.ts';
import { diskProbe } from './disk-probe.ts';
import type { ReclaimedEngine } from './docker-engines.ts';
import { images } from './images.ts';
import { missingAt } from './missing-space.ts';
import { opencodeLeftovers } from './opencode-leftovers.ts';
import { operatorCommand } from './operator-commands.ts';
import { ownLogs } from './own-logs.ts';
import type { Reclaimer } from './reclaimer.ts';

export interface Reclaiming {
  readonly settings: Settings;
  readonly layout: Layout;
  readonly environment: Readonly<NodeJS.ProcessEnv>;
  /** Returns false once the run has ended. May throw if the state can't be read. */
  isActive(run: string): boolean;
  /**
   * What is known of the images of the engine with this id. May throw if the state can't be read.
   */
  ledger(engine: string): EngineLedger | null;
  /** For how long a watchdog watched, or null if none did. */
  watched(): WatchedTime | null;
  readonly trustBuildDates: boolean;
}

/**
 * Everything that may free space, as configured, in the order in which it is tried: what is missed
 * least comes first.
 */
export function reclaimersFor(reclaiming: Reclaiming): readonly Reclaimer[] {
  const { settings, layout, environment } = reclaiming;
  const minAgeMs = settings.reclaimMinAgeMs;
  const logs = {
    runs: layout.runs,
    isActive: (run: string) => orElse(true, () => reclaiming.isActive(run)),
    maxAgeMs: settings.logsMaxAgeMs,
    maxBytes: settings.logsMaxBytes,
    missing: () => missingAt(layout.runs, marksFrom(settings)),
    watched: reclaiming.watched,
  };
  const engines = enginesFor(reclaiming);
  const each = (isOn: boolean, reclaimer: (engine: ReclaimedEngine, named: (what: string) => string) => Reclaimer) =>
    isOn ? engines.map((one) => reclaimer(one, (what) => (engines.length > 1 ? `${what} of ${one.engine.endpoint.url}` : what))) : [];
  const rules = {
    minAgeMs,
    keepLabel: settings.keepLabel,
    keep: settings.reclaimKeep,
    only: settings.reclaimOnly,
    trustBuildDates: reclaiming.trustBuildDates,
  };
  return [
    ...(settings.reclaimLogs ? [ownLogs(logs)] : []),
    ...each(settings.reclaimBuildCache, (reclaimed, named) => buildCache(named('build-cache'), reclaimed, rules)),
    ...each(settings.reclaimDangling, (reclaimed, named) =>
      images({ name: named('dangling-images'), reclaimed, rules, which: 'dangling' }),
    ),
    ...each(settings.reclaimImages, (reclaimed, named) => images({ name: named('images'), reclaimed, rules, which: 'named' })),
    ...(settings.reclaimLeftovers ? [opencodeLeftovers(environment, minAgeMs)] : []),
    ...settings.reclaimCommands.map((entry) => operatorCommand({ entry, environment, deadlineMs: settings.reclaimCommandTimeoutMs })),
  ];
}

/** The configured engines, each once. */
export const dockerEndpoints = ({ dockerHosts }: Settings): readonly DockerEndpoint[] =>
  [...new Set(dockerHosts)].map(parseEndpoint).filter((endpoint) => endpoint !== null);

function enginesFor({ settings, environment, ledger }: Reclaiming): readonly ReclaimedEngine[] {
  const probes = new Map(settings.diskProbes.map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]));
  return dockerEndpoints(settings).map((endpoint) => {
    const probe = probes.get(endpoint.url);
    return {
      engine: dockerEngine(endpoint, environment),
      // An unreadable ledger knows nothing, and what is unknown is kept.
      ledger: (engine) => orElse(null, () => ledger(engine)),
      probe: probe === undefined ? null : () => diskProbe(probe, environment),
    };
  });
}

function orElse<T>(otherwise: T, look: () => T): T {
  try {
    return look();
  } catch {
    return otherwise;
  }
}
