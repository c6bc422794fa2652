import { statSync } from 'node:fs';
import { quarterOf } from '../core/spend/quarters.ts';
import { lookAt, lookWith } from '../look/state.ts';
import { StoreError } from '../store/directory/error.ts';
import type { Layout } from '../store/directory/layout.ts';
import { openReader, type Reader } from '../store/reader.ts';
import type { View } from '../view/model.ts';
import { Counts } from './counts.ts';
import { gaugesOf } from './gauges.ts';
import { delays, textOf } from './text.ts';

/** Decisions read in one query. */
const ROWS = 1000;
/** Something may still be added to a row of the ledger that is this old. */
const SPEND_QUARTERS = 8;

export interface Options {
  readonly version: string;
  /** Names of the channels that notices go to: their counters begin at zero. */
  readonly channels: readonly string[];
}

type Format = Parameters<typeof textOf>[2];

/** Reads the state whenever it is asked, and counts what has happened since the first time. */
export class Collector {
  readonly #layout: Layout;
  readonly #options: Options;
  readonly #delays = delays();
  readonly #counts: Counts;
  #reader: Reader | null = null;
  #countedTo = 0;
  /** Until it has once seen where everything stands. */
  #isFirst = true;
  #pending: Promise<View> | null = null;

  constructor(layout: Layout, options: Options) {
    this.#layout = layout;
    this.#options = options;
    this.#counts = new Counts(options.channels, (seconds) => this.#delays.observe(seconds));
  }

  /** The metrics of this moment. Throws StoreError if nothing is known. */
  async text(format: Format): Promise<string> {
    // Scrapes at the same moment share one look.
    this.#pending ??= this.#look().finally(() => {
      this.#pending = null;
    });
    const view = await this.#pending;
    const beside = { version: this.#options.version, storeBytes: storeBytes(this.#layout) };
    return textOf([...gaugesOf(view, beside), ...this.#counts.families()], this.#delays, format);
  }

  close(): void {
    this.#reader?.close();
    this.#reader = null;
  }

  async #look(): Promise<View> {
    try {
      this.#reader ??= openReader(this.#layout);
      const reader = this.#reader;
      const view = await lookWith(this.#layout, reader);
      this.#count(reader);
      // A state that does not exist yet has to be found when it does.
      if (reader.version() === '') this.close();
      return view;
    } catch (error) {
      this.close();
      if (!(error instanceof StoreError)) throw error;
      return lookAt(this.#layout);
    }
  }

  #count(reader: Reader): void {
    const lastSeq = reader.lastSeq();
    // Another database took the place of this one.
    if (this.#isFirst || this.#countedTo > lastSeq) this.#countedTo = lastSeq;
    for (;;) {
      const rows = reader.decisions(this.#countedTo, ROWS);
      this.#counts.decided(rows);
      this.#countedTo = rows.at(-1)?.seq ?? this.#countedTo;
      if (rows.length < ROWS) break;
    }
    this.#counts.noticed(reader.notices(), this.#isFirst);
    this.#counts.spent(reader.spend({ fromQuarter: quarterOf(Date.now()) - SPEND_QUARTERS }), this.#isFirst);
    this.#isFirst = false;
  }
}

function storeBytes({ database }: Layout): number | null {
  const sizes = [database, `${database}-wal`].map((path) => statSync(path, { throwIfNoEntry: false })?.size ?? 0);
  return sizes[0] === 0 ? null : sizes.reduce((sum, size) => sum + size, 0);
}
