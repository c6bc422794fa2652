/** The values of one label by name. */
export type Labels = Readonly<Record<string, string>>;

export interface Sample {
  readonly labels: Labels;
  readonly value: number;
}

/** A metric with its samples, as plain data. One without samples is not shown. */
export interface Family {
  readonly name: string;
  readonly help: string;
  readonly kind: 'gauge' | 'counter';
  readonly samples: readonly Sample[];
}

export const gauge = (name: string, help: string, samples: readonly Sample[]): Family => ({ name, help, kind: 'gauge', samples });

export const counter = (name: string, help: string, samples: readonly Sample[]): Family => ({ name, help, kind: 'counter', samples });

/** One sample without labels, or none if there is no value. */
export const one = (value: number | null): readonly Sample[] => (value === null ? [] : [{ labels: {}, value }]);

/** A sample for each value of this label. */
export const by = (label: string, values: Readonly<Record<string, number>>): readonly Sample[] =>
  Object.entries(values).map(([key, value]) => ({ labels: { [label]: key }, value }));

/** A date as Prometheus has times: seconds since the epoch. Null if there is none. */
export const seconds = (date: string | null): number | null => (date === null ? null : Date.parse(date) / 1000);
