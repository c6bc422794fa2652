import type { Posted } from '../../core/fleet/outbox.ts';
import { NOTHING_SEEN, type Seen, sawAll, sawBeat, sawRow } from '../../core/fleet/seen.ts';
import type { Entry } from '../../fleet/engine.ts';
import { nameOf, runOfKey } from '../../fleet/keys.ts';
import { type Opened, opened } from '../../fleet/rows/envelope.ts';
import type { Heard, HostKnown, Now } from '../../view/fleet/model.ts';
import { heardFrom } from './heard.ts';
import { type HostSaid, hostSaid, isOfHost, type Vouching } from './said.ts';
import { notHeardOf, notSigned } from './silence.ts';

export interface Gathering extends Vouching {
  /** The host that looks: commands for it are typed without `ssh`. */
  readonly host: string;
  /** A host of which nothing has come for this long is silent, in ms. */
  readonly takeMs: number;
  /** Makes a text from another host safe to show. */
  readonly clean: (text: string) => string;
}

interface Host {
  readonly seen: Seen;
  readonly said: HostSaid;
  /** Rows of runs that this host did not sign. */
  readonly foreign: ReadonlySet<string>;
}

/** Everything is read more often than this while the engine answers. */
const DEAF_MS = 20_000;

/** All that the engine has said so far, by this machine's clock that counts while it sleeps. */
export class Gathered {
  readonly #of: Gathering;
  /** By the key of the host. Not believed: why. */
  readonly #hosts = new Map<string, Host | string>();
  readonly #heard = new Map<string, { readonly of: Host; readonly wall: number; readonly heard: Heard }>();
  #answeredMs: number | null = null;
  /** Since when it has answered without a gap: before that no host could be heard. */
  #listenedMs = Number.NEGATIVE_INFINITY;

  constructor(of: Gathering) {
    this.#of = of;
  }

  /** When the engine last answered, or null if it has not yet. */
  get answeredMs(): number | null {
    return this.#answeredMs;
  }

  /** Takes the place of all that was seen before. */
  all(hosts: ReadonlyMap<string, Entry>, runs: ReadonlyMap<string, Entry>, nowMs: number): void {
    if (this.#answeredMs !== null && nowMs - this.#answeredMs > DEAF_MS) this.#listenedMs = nowMs;
    this.#answeredMs = nowMs;
    for (const key of this.#hosts.keys()) if (!hosts.has(key)) this.#forget(key);
    for (const [key, entry] of hosts) this.#host(key, entry, nowMs);
    const rows = Map.groupBy(runs, ([key]) => key.slice(0, key.indexOf('.')));
    for (const [key, host] of this.#hosts) {
      if (typeof host === 'string') continue;
      const its = (rows.get(key) ?? []).flatMap(([of, { row }]) => this.#rowOf(of, row));
      const { true: own = [], false: foreign = [] } = Object.groupBy(its, ([of, row]) => `${this.#isOwn(of, row, host)}`);
      // They were read after the beats: what is later than a beat took the place of what it means.
      const seen = sawAll({ ...host.seen, missing: 0 }, new Map(own.map(([of, row]) => [partOf(of), row])));
      this.#hosts.set(key, { ...host, seen, foreign: new Set(foreign.map(([of]) => partOf(of))) });
    }
  }

  /** A host has beaten. Returns whether its runs have to be read: nothing was known of it. */
  hostChanged(key: string, entry: Entry, nowMs: number): boolean {
    const isNew = typeof this.#hosts.get(key) !== 'object';
    this.#host(key, entry, nowMs);
    return isNew && typeof this.#hosts.get(key) === 'object';
  }

  runChanged(of: string, { row }: Entry): void {
    const key = of.slice(0, of.indexOf('.'));
    const host = this.#hosts.get(key);
    const [found] = this.#rowOf(of, row);
    if (typeof host !== 'object' || found === undefined) return;
    const part = partOf(of);
    if (!this.#isOwn(of, found[1], host)) this.#hosts.set(key, { ...host, foreign: new Set(host.foreign).add(part) });
    else this.#hosts.set(key, { ...host, seen: sawRow(host.seen, part, found[1]), foreign: without(host.foreign, part) });
  }

  /** Whether rows of some host have not arrived, as far as its beat says. */
  get isIncomplete(): boolean {
    return [...this.#hosts.values()].some((host) => typeof host === 'object' && host.seen.missing > 0);
  }

  /** What is known of each host, by its name. */
  known(now: Now): readonly HostKnown[] {
    const named = [...this.#hosts].flatMap(([key, host]) => {
      const name = nameOf(key);
      return name === null ? [] : [{ key, name, host }];
    });
    return named.toSorted((one, other) => (one.name < other.name ? -1 : 1)).map((one) => this.#knownOf(one, now));
  }

  #knownOf({ key, name, host }: { readonly key: string; readonly name: string; readonly host: Host | string }, now: Now): HostKnown {
    const prefix = name === this.#of.host ? '' : `ssh ${name}`;
    const base = { given: name, name, prefix };
    if (typeof host === 'string') return { ...base, silence: notSigned(this.#of.clean(host)), heard: null };
    const { beatMs, missing } = host.seen;
    const silentMs = (this.#answeredMs ?? now.upMs) - Math.max(beatMs, this.#listenedMs);
    const silence = silentMs >= this.#of.takeMs ? notHeardOf(now.upMs - beatMs, prefix) : null;
    return { ...base, silence, heard: this.#heardOf(key, host, now), missing };
  }

  /** The same while nothing has come from the host, so that a picture costs little. */
  #heardOf(key: string, host: Host, now: Now): Heard {
    const before = this.#heard.get(key);
    // A clock that was set moves what is said of clocks.
    const wall = now.wall - now.upMs;
    if (before?.of === host && Math.abs(before.wall - wall) < 1000) return before.heard;
    const heard = heardFrom(host.seen, host.said, [...host.foreign], { wall, clean: this.#of.clean });
    this.#heard.set(key, { of: host, wall, heard });
    return heard;
  }

  #host(key: string, { row, ageMs }: Entry, nowMs: number): void {
    const name = nameOf(key);
    if (name === null || row === null) {
      this.#forget(key);
      return;
    }
    const its = opened(row);
    const before = this.#hosts.get(key);
    const known = typeof before === 'object' ? before : { seen: NOTHING_SEEN, foreign: new Set<string>() };
    if (typeof before === 'object' && its?.number === before.said.beat.number) return;
    const said = hostSaid(this.#of, key, name, its);
    // What somebody wrote over the row of a host that is known says nothing of the host.
    if (typeof said !== 'string') this.#hosts.set(key, { ...known, said, seen: sawBeat(known.seen, said.beat, { nowMs, ageMs }) });
    else if (typeof before !== 'object') this.#hosts.set(key, said);
  }

  #rowOf(of: string, text: string | null): readonly (readonly [string, Opened])[] {
    const row = text === null || runOfKey(of) === null ? null : opened(text);
    return row === null ? [] : [[of, row]];
  }

  /** A row that is there already was looked at when it came. */
  #isOwn(of: string, row: Opened, { seen, said }: Host): boolean {
    const last: Posted | undefined = seen.rows.get(partOf(of))?.at(-1);
    return (last?.number === row.number && last.document === row.document) || isOfHost(this.#of, of, row, said);
  }

  #forget(key: string): void {
    this.#hosts.delete(key);
    this.#heard.delete(key);
  }
}

/** The part of a run's key that its host has chosen. */
const partOf = (key: string): string => key.slice(key.indexOf('.') + 1);

const without = (all: ReadonlySet<string>, one: string): ReadonlySet<string> => new Set([...all].filter((other) => other !== one));
