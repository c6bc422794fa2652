/** Room for names of lanes and labels of plots, in pixels; on every lane the time begins there. */
export const LEFT = 84;
export const RIGHT = 12;

/** Offsets as the server's zone may be named: "UTC+2" is "+02:00" for a browser. */
export function zoneOf(name) {
  const [, sign, hours, minutes = '00'] = /^UTC([+-])(\d{1,2})(?::(\d\d))?$/.exec(name) ?? [];
  const zone = sign === undefined ? name : `${sign}${hours.padStart(2, '0')}:${minutes}`;
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return zone;
  } catch {
    return 'UTC';
  }
}

const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 10_080].map((minutes) => minutes * 60_000);

/** Moments to label between two times, at most so many. */
export function ticks(from, to, most) {
  const step = STEPS.find((one) => (to - from) / one <= most) ?? (to - from) / most;
  const first = Math.ceil(from / step) * step;
  return Array.from({ length: Math.max(0, Math.floor((to - first) / step) + 1) }, (_, index) => first + index * step);
}

/** How a moment is written on an axis of this length, with 24 hours. */
export function writer(zone, spanMs) {
  const day = spanMs > 20 * 3_600_000 ? { weekday: 'short' } : {};
  const second = spanMs < 5 * 60_000 ? { second: '2-digit' } : {};
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    ...day,
    ...second,
  });
  return (ms) => format.format(ms);
}
