import { fillOf } from '../core/evolve/disk-fill.ts';
import { type Growth, hasFilled, isOwn } from '../core/host/fill.ts';
import { isShort, isTooFull } from '../core/host/pressure.ts';
import type { Host } from '../core/host/state.ts';
import { leaveMark } from '../core/host/thresholds.ts';
import type { DevicePressure, Marks } from '../core/model/disk.ts';
import type { Fact, Instant } from '../core/model/facts.ts';
import type { Run } from '../core/model/run.ts';
import { backoff } from '../core/values/backoff.ts';
import { bytesInWords } from '../core/values/bytes.ts';
import type { TreeSize } from '../system/disk/tree-size.ts';

export interface FillPorts {
  readonly marks: Marks;
  /** Home directories of users, and directories that dogwatch itself writes to. */
  readonly homes: readonly string[];
  readonly own: readonly string[];
  now(): Instant;
  host(): Host;
  /** The runs that have not ended. */
  runs(): readonly Run[];
  /** Resolves a directory, or returns null if it is missing or cannot be resolved. */
  realPath(directory: string): Promise<string | null>;
  availableBytes(path: string): Promise<number | null>;
  /** Returns null if the size cannot be determined. */
  sizeOf(directory: string, newSinceWalls: readonly number[], deadlineMs: number): Promise<TreeSize | null>;
  report(problem: string): void;
}

/** What was available at some moment, and how large a run's directory was then. */
interface Before {
  readonly at: Instant;
  readonly availableBytes: number;
}
interface Sized extends Before {
  readonly bytes: number;
}

/** What is remembered of a filesystem. */
interface Memory {
  /** When it was last not short of space, and for a while before that; latest first. */
  good: readonly Before[];
  isShort: boolean;
  /** By run, while it is short of space but not full. */
  readonly sizes: Map<string, Sized>;
  /** Nothing is measured before this (ms, monotonic). */
  restsUntilMono: number;
  /** Consecutive surveys of the full disk that found no culprit. */
  inVain: number;
}

/**
 * A file that fills the disk may have been created this long before the disk was last seen with
 * room: writing takes time.
 */
const LOOK_BACK_MS = 300_000;
const LOOK_MS = 10_000;
const ALL_LOOKS_MS = 30_000;
/** At most a tenth of the time is spent measuring. */
const REST_TIMES = 10;
/** The pause doubles with each survey in vain, up to the longest. */
const LEAST_REST_MS = 5000;
const LONGEST_REST_MS = 600_000;
/** Older sizes are measured again while the disk is not full. */
const RENEW_MS = 600_000;
/** If the wall clock is this much further ahead it was set, and cannot show which files are new. */
const CLOCKS_APART_MS = 2000;

/**
 * Finds the run whose files fill a disk. While a filesystem gets short of space, it remembers the
 * sizes of the directories of the runs on it; when it is full and nothing more can be freed, it
 * finds which of them grew. What can't be measured, or is shared by several runs, stays unknown,
 * and no run is blamed for it.
 */
export function fillSurvey(ports: FillPorts): () => Promise<readonly Fact[]> {
  const memories = new Map<string, Memory>();
  return async () => {
    const found: Fact[] = [];
    for (const device of ports.host().pressure.devices) {
      const memory = memories.get(device.device) ?? fresh();
      memories.set(device.device, memory);
      const at = ports.now();
      if (!isShort(device)) noteRoom(memory, { at: backTo(device.takenMono, at), availableBytes: device.bytes.available });
      else {
        memory.isShort = true;
        if (at.mono >= memory.restsUntilMono) found.push(...(await lookAt(device, memory, ports)));
      }
    }
    return found;
  };
}

const fresh = (): Memory => ({ good: [], isShort: false, sizes: new Map(), restsUntilMono: 0, inVain: 0 });

function noteRoom(memory: Memory, now: Before): void {
  // What filled it before it had room again was another event.
  const before = memory.isShort ? [] : memory.good.filter(({ at }) => at.mono < now.at.mono && now.at.mono - at.mono <= LOOK_BACK_MS);
  memory.good = [now, ...before];
  memory.isShort = false;
  memory.sizes.clear();
  memory.inVain = 0;
}

async function lookAt(device: DevicePressure, memory: Memory, ports: FillPorts): Promise<readonly Fact[]> {
  const { pending, efforts } = ports.host();
  const isFull = isTooFull(device);
  const isExhausted = pending === null && efforts[device.device]?.exhaustedUntilMono != null;
  const { alone, shared } = await directoriesOn(device, ports);
  const began = ports.now();
  const isOld = (run: string) => began.mono - (memory.sizes.get(run)?.at.mono ?? Number.NEGATIVE_INFINITY) > RENEW_MS;
  const isJudged = isFull && isExhausted;
  const wanted = isJudged ? alone : alone.filter(({ run }) => (isFull ? !memory.sizes.has(run.id) : isOld(run.id)));
  if (wanted.length === 0 && !isJudged) return [];
  const unseen: string[] = [];
  const fills: (Fact & { kind: 'disk.filled' })[] = [];
  for (const { run, directory } of wanted) {
    const leftMs = ALL_LOOKS_MS - (ports.now().mono - began.mono);
    const at = ports.now();
    const before = await ports.availableBytes(directory);
    const good = memory.good.filter((one) => isOneClock(one.at, at));
    const walls = good.map((one) => one.at.wall);
    const size = leftMs <= 0 ? null : await ports.sizeOf(directory, walls, Math.min(LOOK_MS, leftMs));
    const after = size === null ? null : await ports.availableBytes(directory);
    if (size === null || before === null || after === null) {
      unseen.push(`${run.name}: ${directory} could not be measured in time`);
      continue;
    }
    if (isJudged) {
      const full = { availableBytes: after, wantedBytes: leaveMark(device, 'critical', ports.marks).bytes };
      const growths = growthsOf(size, after, good, memory.sizes.get(run.id) ?? null);
      const growth = growths.find((one) => hasFilled(one, full));
      if (growth !== undefined) fills.push(factOf(run, directory, growth, device, ports.now()));
    }
    if (!memory.sizes.has(run.id) || !isFull) memory.sizes.set(run.id, { at, availableBytes: before, bytes: size.bytes });
  }
  const tookMs = ports.now().mono - began.mono;
  const restMs = Math.max(REST_TIMES * tookMs, backoff(LEAST_REST_MS, LONGEST_REST_MS, memory.inVain));
  memory.restsUntilMono = ports.now().mono + Math.min(LONGEST_REST_MS, restMs);
  const [largest] = fills.sort((a, b) => b.grewBytes - a.grewBytes);
  if (isJudged && largest === undefined) {
    if (memory.inVain === 0 && alone.length + shared.length > 0)
      ports.report(unknownIn(device, [...shared.map((name) => `${name}: its directory is not its own`), ...unseen]));
    memory.inVain += 1;
  }
  return largest === undefined ? [] : [largest];
}

/**
 * The runs that work on a filesystem in a directory of their own, and the names of those that share
 * theirs.
 */
async function directoriesOn({ paths }: DevicePressure, ports: FillPorts) {
  const isOn = ({ attempt, spec }: Run) => attempt !== null && paths.includes(spec.cwd);
  // Another filesystem might not even respond.
  const places = await Promise.all(
    ports.runs().map(async (run) => ({ run, directory: isOn(run) ? await ports.realPath(run.spec.cwd) : run.spec.cwd })),
  );
  const isAlone = (run: Run, directory: string) => {
    const others = places.flatMap((other) => (other.run.id === run.id || other.directory === null ? [] : other.directory));
    return isOwn(directory, ports.homes, [...others, ...ports.own]);
  };
  const on = places.flatMap(({ run, directory }) => (directory === null || !isOn(run) || fillOf(run) != null ? [] : { run, directory }));
  const alone = on.filter(({ run, directory }) => isAlone(run, directory));
  const shared = on.filter((one) => !alone.includes(one)).map(({ run }) => run.name);
  return { alone, shared };
}

/**
 * Growth since there was still room, judged by new files and by size, each with what the disk lost
 * meanwhile.
 */
const growthsOf = (size: TreeSize, availableBytes: number, good: readonly Before[], sized: Sized | null): readonly Growth[] => [
  ...good.map((one, index) => ({
    sinceWall: one.at.wall,
    lostBytes: one.availableBytes - availableBytes,
    grewBytes: size.newBytes[index] ?? 0,
  })),
  ...(sized === null
    ? []
    : [{ sinceWall: sized.at.wall, lostBytes: sized.availableBytes - availableBytes, grewBytes: size.bytes - sized.bytes }]),
];

const factOf = (
  run: Run,
  path: string,
  { grewBytes, lostBytes, sinceWall }: Growth,
  { bytes: { total } }: DevicePressure,
  { wall }: Instant,
): Fact & { kind: 'disk.filled' } => ({
  kind: 'disk.filled',
  run: run.id,
  attempt: run.attempt?.number ?? 0,
  path,
  grewBytes,
  lostBytes,
  totalBytes: total,
  withinMs: Math.max(0, wall - sinceWall),
});

function unknownIn({ path, bytes }: DevicePressure, reasons: readonly string[]): string {
  const why = reasons.length === 0 ? '' : ` (${reasons.slice(0, 3).join('; ')})`;
  return `who filled the disk at ${path} (${bytesInWords(bytes.available)} available) is unknown, and no run is held for it: no run's own files were seen to take most of the lost space${why}`;
}

const backTo = (mono: number, at: Instant): Instant => ({ mono, wall: at.wall - (at.mono - mono) });

const isOneClock = (one: Instant, other: Instant): boolean => Math.abs(one.wall - one.mono - (other.wall - other.mono)) < CLOCKS_APART_MS;
