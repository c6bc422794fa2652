/** The samples of a text of metrics: each series with its value. */
export const samplesIn = (text: string): ReadonlyMap<string, number> =>
  new Map(
    text
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => {
        const end = line.lastIndexOf(' ');
        return [line.slice(0, end), Number(line.slice(end + 1))] as const;
      }),
  );

/** By this label, the values of a metric. */
export function valuesBy(text: string, metric: string, label: string): Readonly<Record<string, number>> {
  const its = [...samplesIn(text)].filter(([series]) => series.startsWith(`${metric}{`));
  return Object.fromEntries(its.map(([series, value]) => [new RegExp(`[{,]${label}="([^"]*)"`).exec(series)?.[1] ?? '', value]));
}
