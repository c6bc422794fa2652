import type { FactsAge } from '../../../../src/core/fleet/age.ts';
import type { Summary } from '../../../../src/core/fleet/beat.ts';
import { GONE, type Posted } from '../../../../src/core/fleet/outbox.ts';
import { hostSeen, NOTHING_SEEN, type Seen, sawRow, shown } from '../../../../src/core/fleet/seen.ts';
import type { Chance } from '../../programs/chance.ts';
import type { Bucket, Came } from '../world/bucket.ts';
import type { Engine } from '../world/engine.ts';
import { Member } from '../world/member.ts';
import type { Laws } from './laws.ts';

/** How often a beat is read, besides being watched. */
const LOOK_MS = 6000;

/** Shows all hosts, from their rows alone. */
export class Viewer extends Member {
  readonly #beats: Bucket<Posted>;
  readonly #rows: Bucket<Posted>;
  readonly #laws: Laws;
  #seen = new Map<string, Seen>();
  #unwatch = () => {};

  constructor(name: string, engine: Engine, chance: Chance, rows: Bucket<Posted>, beats: Bucket<Posted>, laws: Laws) {
    super(name, engine.clock, chance);
    this.#rows = rows;
    this.#beats = beats;
    this.#laws = laws;
    this.whenStarted(() => this.#start());
    this.every(LOOK_MS, () => {
      for (const [host, { missing }] of this.#seen) if (missing > 0) this.#lookAgain(host);
      for (const host of this.#seen.keys())
        this.#beats.read(
          this.cut,
          host,
          this.answers((came) => came !== null && this.#beat(host, came)),
        );
    });
  }

  age(host: string): FactsAge {
    return this.#laws.factsAge(hostSeen(this.#of(host)), this.nowMs);
  }

  shows(host: string, run: string): string | null {
    const document = shown(this.#of(host), run)?.document ?? null;
    return document === GONE ? null : document;
  }

  /** Asks once for everything, as a command does that ends then. */
  lookOnce(): void {
    this.#seen = new Map();
    const all = this.answers((beats: ReadonlyMap<string, Came<Posted>> | null) => {
      for (const [host, came] of beats ?? []) this.#beat(host, came);
    });
    const rows = this.answers((came: ReadonlyMap<string, Came<Posted>> | null) => {
      for (const [key, { row }] of came ?? []) this.#row(key, row);
    });
    this.#rows.list(this.cut, '', rows);
    this.#beats.list(this.cut, '', all);
  }

  #lookAgain(host: string): void {
    const all = this.answers((came: ReadonlyMap<string, Came<Posted>> | null) => {
      if (came === null) return;
      const rows = [...came].flatMap(([key, { row }]) => (row === null ? [] : [[key.slice(host.length + 1), row] as const]));
      this.#seen.set(host, this.#laws.sawAll(this.#of(host), new Map(rows)));
    });
    this.#rows.list(this.cut, `${host}.`, all);
  }

  #start(): void {
    this.#unwatch();
    this.#seen = new Map();
    const beat = this.answers((host: string, came: Came<Posted>) => this.#beat(host, came));
    const row = this.answers((key: string, came: Came<Posted>) => this.#row(key, came.row));
    const ends = [this.#beats.watch(this.cut, '', beat), this.#rows.watch(this.cut, '', row)];
    this.#unwatch = () => {
      for (const end of ends) end();
    };
  }

  #beat(host: string, { row, ageMs }: Came<Posted>): void {
    if (row === null || row.document === GONE) return;
    const beat = { ...(JSON.parse(row.document) as Summary), number: row.number };
    this.#seen.set(host, this.#laws.sawBeat(this.#of(host), beat, { nowMs: this.nowMs, ageMs: ageMs() }));
  }

  #row(key: string, row: Posted | null): void {
    const [host = '', run = ''] = key.split('.');
    if (row !== null) this.#seen.set(host, sawRow(this.#of(host), run, row));
  }

  #of(host: string): Seen {
    return this.#seen.get(host) ?? NOTHING_SEEN;
  }
}
