const UNITS = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** A number of bytes as people say it: "512 bytes", "1.5 GiB". */
export function bytesInWords(bytes: number): string {
  let rest = Math.abs(bytes);
  let unit = 0;
  while (rest >= 1024 && unit < UNITS.length - 1) {
    rest /= 1024;
    unit += 1;
  }
  return `${bytes < 0 ? '-' : ''}${Number(rest.toFixed(unit === 0 ? 0 : 1))} ${UNITS[unit]}`;
}
