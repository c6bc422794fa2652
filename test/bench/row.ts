/** One line of the results: what was measured, the figures, and the bar that they must meet. */
export interface Row {
  readonly what: string;
  readonly unit: 'ms' | '%' | 'MB' | 'MiB/s' | 'bytes' | '/min' | '×';
  readonly samples: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly least: number;
  readonly most: number;
  readonly bar: string | null;
  /** Null if there is no bar, or too little was measured to compare with it. */
  readonly met: boolean | null;
  readonly note: string | null;
  /** Missing in results of earlier versions, and where nothing grows. */
  readonly growth?: Growth | null;
}

/** A figure at one of several sizes, which together are a line of the chart. */
export interface Growth {
  readonly line: string;
  readonly of: 'runs' | 'journal rows' | 'attempts of one run';
  readonly at: number;
}

/** A measurement that this machine does not allow, and why. */
export interface Skipped {
  readonly what: string;
  readonly skipped: string;
}

export interface Bar {
  readonly text: string;
  readonly isMet: (figures: Pick<Row, 'p50' | 'p95' | 'p99' | 'most'>) => boolean;
}

/** Summarizes samples. A percentile is the sample at its rank, never interpolated. */
export function row(
  what: string,
  unit: Row['unit'],
  samples: readonly number[],
  more: { readonly bar?: Bar; readonly note?: string; readonly growth?: Growth } = {},
): Row {
  if (samples.length === 0) throw new Error(`${what}: expected samples, got none`);
  const sorted = samples.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!;
  const figures = { p50: at(0.5), p95: at(0.95), p99: at(0.99), least: at(0), most: at(1) };
  const { bar, note = null, growth = null } = more;
  const met = bar?.isMet(figures) ?? null;
  return { what, unit, samples: samples.length, ...figures, bar: bar?.text ?? null, met, note, growth };
}
