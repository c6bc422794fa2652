import { SIZE_UNITS } from './units.ts';

const BINARY = SIZE_UNITS.filter(([unit]) => unit.endsWith('iB'));

/** A number of bytes for people: "512 bytes", "1.5 GiB". */
export function bytesInWords(bytes: number): string {
  const [unit, size] = BINARY.find(([, each]) => Math.abs(bytes) >= each) ?? ['bytes', 1];
  return `${Number((bytes / size).toFixed(size === 1 ? 0 : 1))} ${unit}`;
}
