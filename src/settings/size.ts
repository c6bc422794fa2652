/** An amount of storage: so many bytes, or a share of the filesystem that it is about. */
export type Size = { readonly unit: 'bytes'; readonly bytes: number } | { readonly unit: 'percent'; readonly percent: number };

const PATTERN = /^(\d+(?:\.\d+)?)(%|[kmgtp]i?b|b)$/i;
const BYTES: Readonly<Record<string, number>> = {
  pib: 2 ** 50,
  pb: 1e15,
  tib: 2 ** 40,
  tb: 1e12,
  gib: 2 ** 30,
  gb: 1e9,
  mib: 2 ** 20,
  mb: 1e6,
  kib: 2 ** 10,
  kb: 1e3,
  b: 1,
};
const SPELLED = ['PiB', 'PB', 'TiB', 'TB', 'GiB', 'GB', 'MiB', 'MB', 'KiB', 'kB', 'B'] as const;

/** Reads `20GiB` (of 1024), `500MB` (of 1000), `15%` or a plain `0`; null for anything else: `20G` is refused because it means 1024 to some and 1000 to others. */
export function parseSize(text: string): Size | null {
  if (text === '0') return { unit: 'bytes', bytes: 0 };
  const [, digits = '', unit = ''] = PATTERN.exec(text) ?? [];
  const number = Number.parseFloat(digits);
  if (unit === '%') return number <= 100 ? { unit: 'percent', percent: number } : null;
  const bytes = Math.round(number * (BYTES[unit.toLowerCase()] ?? Number.NaN));
  return Number.isSafeInteger(bytes) ? { unit: 'bytes', bytes } : null;
}

/** Writes a size in the largest unit that holds it exactly, so that `parseSize` reads the same size back. */
export function formatSize(size: Size): string {
  if (size.unit === 'percent') return `${size.percent}%`;
  if (size.bytes === 0) return '0B';
  const unit = SPELLED.find((name) => size.bytes % (BYTES[name.toLowerCase()] ?? 1) === 0) ?? 'B';
  return `${size.bytes / (BYTES[unit.toLowerCase()] ?? 1)}${unit}`;
}
