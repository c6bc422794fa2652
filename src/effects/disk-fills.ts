import { fillOf } from '../core/evolve/disk-fill.ts';
import type { Host } from '../core/host/decide-host.ts';
import { type Growth, hasFilled, isOwn } from '../core/host/fill.ts';
import { isShort, isTooFull } from '../core/host/pressure.ts';
import { leaveMark } from '../core/host/thresholds.ts';
import type { DevicePressure, Marks } from '../core/model/disk.ts';
import type { Fact, Instant } from '../core/model/facts.ts';
import type { Run } from '../core/model/run.ts';
import { backoff } from '../core/values/backoff.ts';
import { bytesInWords } from '../core/values/bytes.ts';
import type { TreeSize } from '../system/disk/tree-size.ts';

export interface FillPorts {
  readonly marks: Marks;
  /** Directories of users, and those that dogwatch itself writes to. */
  readonly homes: readonly string[];
  readonly own: readonly string[];
  now(): Instant;
  host(): Host;
  /** The runs that are not over. */
  runs(): readonly Run[];
  /** Where a directory really is; null: it is not there, or nobody knows. */
  realPath(directory: string): Promise<string | null>;
  availableBytes(path: string): Promise<number | null>;
  /** Null: nobody knows. */
  sizeOf(directory: string, newSinceWall: number, deadlineMs: number): Promise<TreeSize | null>;
  report(problem: string): void;
}

/** What was available at a moment, and how large the directory of a run was then. */
interface Before {
  readonly at: Instant;
  readonly availableBytes: number;
}
interface Sized extends Before {
  readonly bytes: number;
}

/** What is remembered of a filesystem. */
interface Memory {
  /** When it was not short of space the last time. */
  good: Before | null;
  /** By run, while it is short of space and not full. */
  readonly sizes: Map<string, Sized>;
  /** Nothing is looked through before this (ms, monotonic). */
  restsUntilMono: number;
  /** Looks in a row, since it is full, that found nobody. */
  inVain: number;
}

const LOOK_MS = 10_000;
const ALL_LOOKS_MS = 30_000;
/** No more than a tenth of the time goes into it. */
const REST_TIMES = 10;
/** Doubles with each look in vain, up to the longest. */
const LEAST_REST_MS = 5000;
const LONGEST_REST_MS = 600_000;
/** Sizes that are older are taken anew, for as long as the disk is not full. */
const RENEW_MS = 600_000;
/** The wall clock was set if it is this much further ahead: then it does not tell which files are new. */
const CLOCKS_APART_MS = 2000;

/**
 * Finds the run whose files fill a disk: while a filesystem gets short of space it remembers how large the directories of the runs on
 * it are, and when it is full and nothing more can be freed, which of them grew. What can't be measured, or is not one run's alone, is
 * unknown, and makes no one the reason.
 */
export function fillSurvey(ports: FillPorts): () => Promise<readonly Fact[]> {
  const memories = new Map<string, Memory>();
  return async () => {
    const found: Fact[] = [];
    for (const device of ports.host().pressure.devices) {
      const memory = memories.get(device.device) ?? { good: null, sizes: new Map(), restsUntilMono: 0, inVain: 0 };
      memories.set(device.device, memory);
      const at = ports.now();
      if (!isShort(device)) {
        memory.good = { at: backTo(device.takenMono, at), availableBytes: device.bytes.available };
        memory.sizes.clear();
        memory.inVain = 0;
      } else if (at.mono >= memory.restsUntilMono) found.push(...(await lookAt(device, memory, ports)));
    }
    return found;
  };
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
    const good = memory.good !== null && isOneClock(memory.good.at, at) ? memory.good : null;
    const size = leftMs <= 0 ? null : await ports.sizeOf(directory, good?.at.wall ?? Number.POSITIVE_INFINITY, Math.min(LOOK_MS, leftMs));
    const after = size === null ? null : await ports.availableBytes(directory);
    if (size === null || before === null || after === null) {
      unseen.push(`${run.name}: ${directory} could not be looked through in time`);
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

/** The runs that work on a filesystem, in a directory that is theirs alone; and the names of those whose directory is not. */
async function directoriesOn({ paths }: DevicePressure, ports: FillPorts) {
  const isOn = ({ attempt, spec }: Run) => attempt !== null && paths.includes(spec.cwd);
  // What is not on it may not even answer.
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

/** By what was made since there was room, and by how much larger it is than it was; each with what the disk lost meanwhile. */
const growthsOf = (size: TreeSize, availableBytes: number, good: Before | null, sized: Sized | null): readonly Growth[] => [
  ...(good === null ? [] : [{ sinceWall: good.at.wall, lostBytes: good.availableBytes - availableBytes, grewBytes: size.newBytes }]),
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
  return `who filled the disk at ${path} (${bytesInWords(bytes.available)} available) is not known, and no run is held for it: of none was it seen that its own files took most of what was lost${why}`;
}

const backTo = (mono: number, at: Instant): Instant => ({ mono, wall: at.wall - (at.mono - mono) });

const isOneClock = (one: Instant, other: Instant): boolean => Math.abs(one.wall - one.mono - (other.wall - other.mono)) < CLOCKS_APART_MS;
