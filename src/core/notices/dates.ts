const STAMP = /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g;

/** The text with each date (ISO 8601, UTC) in it written in another way. */
export const withDates = (text: string, written: (date: string) => string): string =>
  text.replaceAll(STAMP, (stamp) => (Number.isNaN(Date.parse(stamp)) ? stamp : written(stamp)));

/** `2026-11-30 16:08 UTC`, for readers whose zone is unknown. */
export const inUtc = (date: string): string => `${new Date(date).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
