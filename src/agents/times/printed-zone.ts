import { knownZone } from './wall.ts';

/** Abbreviations that mean one offset wherever they are printed, in minutes east of UTC. */
const ABBREVIATIONS: Readonly<Record<string, number>> = {
  ...{ HST: -600, AKST: -540, AKDT: -480, PST: -480, PDT: -420, MST: -420, MDT: -360, CDT: -300, EST: -300, EDT: -240 },
  ...{ BRT: -180, ART: -180, WET: 0, WEST: 60, CET: 60, CEST: 120, SAST: 120, EET: 120, EEST: 180, MSK: 180, WIB: 420 },
  ...{ HKT: 480, SGT: 480, AWST: 480, JST: 540, KST: 540, ACST: 570, AEST: 600, ACDT: 630, AEDT: 660, NZST: 720, NZDT: 780 },
};

/** North American names of zones, without a season. */
const NORTH_AMERICAN: Readonly<Record<string, string>> = {
  PT: 'America/Los_Angeles',
  MT: 'America/Denver',
  CT: 'America/Chicago',
  ET: 'America/New_York',
  Pacific: 'America/Los_Angeles',
  Mountain: 'America/Denver',
  Central: 'America/Chicago',
  Eastern: 'America/New_York',
};

const OFFSET = /^ ?[([]?(?:UTC|GMT)? ?([+-])(\d{1,2})(?::?(\d\d))?(?!\w|:\d|\.\d)/i;
const UNIVERSAL = /^ ?[([]?(?:Z|[Uu][Tt][Cc]|[Gg][Mm][Tt])\b(?![+\-/])/;
const LONG_NAME = /^ [([]?([A-Z][a-z]{2,20})(?: (Standard|Daylight|Summer))? Time\b/;
const IN_BRACKETS = /^ ?[([]([A-Za-z][\w+/-]{1,40})[)\]]/;
const BARE = /^ ([A-Z][A-Za-z]{1,20}\/[\w+/-]{1,40}|[A-Z]{2,5}\b)/;

/**
 * The zone printed right behind a time of day, as a name that Luxon accepts. `'unknown'` if the
 * printed zone is ambiguous (`CST` is used in America, Cuba and China). Null if none is printed.
 */
export function printedZone(rest: string): string | 'unknown' | null {
  const [, sign, hours, minutes = '0'] = OFFSET.exec(rest) ?? [];
  if (sign !== undefined) return fixedZone((sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)));
  if (UNIVERSAL.test(rest)) return 'UTC';
  const [, place, season] = LONG_NAME.exec(rest) ?? [];
  if (place !== undefined) return named(place, season);
  const inBrackets = IN_BRACKETS.exec(rest)?.[1];
  const word = inBrackets ?? BARE.exec(rest)?.[1];
  return word === undefined ? null : meant(word, inBrackets !== undefined);
}

/** The largest offset from UTC, in minutes. */
const FURTHEST = 14 * 60;

/** The zone that is always this far ahead of UTC, or 'unknown' if no zone is. */
export function fixedZone(minutes: number): string {
  const [ahead, off] = [minutes < 0 ? '-' : '+', Math.abs(minutes)];
  if (off > FURTHEST) return 'unknown';
  return `UTC${ahead}${Math.floor(off / 60)}:${String(off % 60).padStart(2, '0')}`;
}

/** "Pacific Time" changes with the season; "Pacific Standard Time" names one of its offsets. */
function named(place: string, season: string | undefined): string {
  const zone = NORTH_AMERICAN[place];
  if (zone === undefined) return 'unknown';
  if (season === undefined) return zone;
  const offset = ABBREVIATIONS[`${place.charAt(0)}${season === 'Standard' ? 'S' : 'D'}T`];
  return offset === undefined ? 'unknown' : fixedZone(offset);
}

function meant(word: string, isInBrackets: boolean): string | 'unknown' | null {
  const offset = ABBREVIATIONS[word];
  if (offset !== undefined) return fixedZone(offset);
  const american = word.length === 2 ? NORTH_AMERICAN[word] : undefined;
  if (american !== undefined) return american;
  const looksLikeOne = word.includes('/') || /^[A-Z]{2,4}T$/.test(word);
  // A word in brackets may be the name of a country's zone (`Japan`), but usually is a remark.
  return (looksLikeOne || isInBrackets ? placed(word) : null) ?? (looksLikeOne ? 'unknown' : null);
}

/** Abbreviations that Luxon knows are not trusted: its `IST` may not be the intended one. */
const placed = (word: string): string | null => (/^[A-Z]{2,5}$/.test(word) ? null : knownZone(word));
