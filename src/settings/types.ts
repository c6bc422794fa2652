import { isAbsolute, resolve } from 'node:path';
import type { Daily } from '../core/hours/daily.ts';
import type { Hours } from '../core/hours/week.ts';
import type { Mark } from '../core/model/disk.ts';
import { HOST_FORMS, parseSshHosts, type SshHost } from '../system/ssh/hosts.ts';
import { formatDuration, parseDuration } from './duration.ts';
import { LABEL_FORM, parseLabels } from './fleet/labels.ts';
import { NO_USER, parseNatsUrls, URL_FORMS, withoutUsers } from './fleet/urls.ts';
import { parseDaily } from './hours/daily.ts';
import { parseHours } from './hours/parse.ts';
import { PLACEHOLDERS, unknownPlaceholders } from './render-prompt.ts';
import { formatSize, parseSize } from './size.ts';
import { formatMark, formatPercent, parseMark, parsePercent } from './threshold.ts';

/** How a value is read from a text, and written so that it is read again. */
export interface Codec<T> {
  /** Null if the text is not in the form expected, or means what is not allowed. */
  read(text: string): { readonly value: T } | null;
  print(value: T): string;
}

/**
 * How a setting is read from an environment variable and printed again. `expected` ends the
 * sentence "expected …".
 */
export interface SettingType<T> {
  readonly codec: Codec<T>;
  readonly expected: string;
  readonly hint: string | null;
  /** For types that hold secrets: the part of an invalid value that may be shown. */
  readonly shown?: (text: string) => string;
}

/**
 * The longest text of a setting; it ends up in an argument of a program, which Linux limits to 128
 * KiB.
 */
const MAX_TEXT_LENGTH = 16_384;
/** Node's timers fire at once when set to more than 2^31 ms, slightly more than this. */
const LONGEST_MS = 24 * 86_400_000;
const MAX_COUNT = 1_000_000;

/** Reads with `parse`, whose null means an invalid text; `isAllowed` holds the limits. */
export const codec = <T>(
  parse: (text: string) => T | null,
  print: (value: T) => string,
  isAllowed: (value: T) => boolean = () => true,
) => ({
  read: (text: string) => {
    const value = parse(text.trim());
    return value !== null && isAllowed(value) ? { value } : null;
  },
  print,
});

/** The same with null for a word. */
export const codecOr = <T>(
  isWord: (text: string) => boolean,
  word: string,
  parse: (text: string) => T | null,
  print: (value: T) => string,
): Codec<T | null> => {
  const { read } = codec(parse, print);
  return {
    read: (text) => (isWord(text.trim()) ? { value: null } : read(text)),
    print: (value) => (value === null ? word : print(value)),
  };
};

/** For whole numbers that are exact. */
export const within =
  (least: number, most: number) =>
  (value: number): boolean =>
    Number.isSafeInteger(value) && value >= least && value <= most;

/** What a setting means that is not set. The text is one of this program. */
export function fallbackOf<T>({ codec, expected }: SettingType<T>, text: string): T {
  const read = codec.read(text);
  if (read === null) throw new Error(`expected ${expected} as a default, got ${text}`);
  return read.value;
}

export const duration = ({ leastMs }: { leastMs: number }): SettingType<number> => ({
  codec: codec(parseDuration, formatDuration, within(leastMs, LONGEST_MS)),
  expected: `a duration from ${formatDuration(leastMs)} to ${formatDuration(LONGEST_MS)}`,
  hint: 'whole numbers with one unit: 500ms, 90s, 15m, 2h or 7d',
});

/** A whole number, including 0. */
export const count = (): SettingType<number> => ({
  codec: codec((text) => (/^\d+$/.test(text) ? Number(text) : null), String, within(0, MAX_COUNT)),
  expected: `a whole number from 0 to ${MAX_COUNT}`,
  hint: null,
});

/** How often something may happen in a row, or 0 for any number of times. */
export const timesInARow = (): SettingType<number> => ({
  codec: codec((text) => (/^\d+$/.test(text) && Number(text) !== 1 ? Number(text) : null), String, within(0, MAX_COUNT)),
  expected: `0, or a whole number from 2 to ${MAX_COUNT}`,
  hint: '0 means any number of times',
});

/** A number of bytes up to `mostBytes`. */
export const bytes = ({ mostBytes }: { mostBytes: number }): SettingType<number> => ({
  codec: codec(parseSize, formatSize, within(0, mostBytes)),
  expected: `a size from 0 to ${formatSize(mostBytes)}`,
  hint: 'a number with its unit: 16MiB is 16 × 1024 × 1024 bytes, 16MB is 16,000,000; 0 means none',
});

/** A part of a whole, in percent. */
export const percent = (): SettingType<number> => ({
  codec: codec(parsePercent, formatPercent),
  expected: 'a percentage from 0% to 100%',
  hint: null,
});

/** A part of a filesystem: a percentage, a size, or both. */
export const mark = (): SettingType<Mark> => ({
  codec: codec(parseMark, formatMark),
  expected: 'a percentage, a size, or both separated by a comma',
  hint: '15%,20GiB is 15 percent of the filesystem and 20 × 1024³ bytes; 0% means never',
});

/** The part of something that is left to others: a whole percentage, never all of it. */
export const reserve = ({ most }: { most: number }): SettingType<number> => ({
  codec: codec(
    (text) => (/^\d{1,2}%$/.test(text) ? Number.parseInt(text, 10) : null),
    (value) => `${value}%`,
    within(0, most),
  ),
  expected: `a whole percentage from 0% to ${most}%`,
  hint: '0% reserves nothing',
});

const ALWAYS = 'always';

/** Hours of the week, or null for all of them. Without a zone they are in that of this process. */
export const hours = (): SettingType<Hours | null> => ({
  codec: codecOr(
    (text) => text.toLowerCase() === ALWAYS,
    ALWAYS,
    (text) => parseHours(text, Intl.DateTimeFormat().resolvedOptions().timeZone, Date.now()),
    ({ text }) => text,
  ),
  expected: `${ALWAYS}, or a list of days and hours that leaves out some of the week, and a time zone`,
  hint: 'such as Mon-Fri 19:00-07:00, Sat-Sun; Europe/Berlin. To start nothing at all, pause the run or set DOGWATCH_ENABLED=0',
});

/** A time of day, or null for none. Without a zone it is in that of this process. */
export const daily = (): SettingType<Daily | null> => ({
  codec: codecOr(
    (text) => text.toLowerCase() === NEVER,
    NEVER,
    (text) => parseDaily(text, Intl.DateTimeFormat().resolvedOptions().timeZone, Date.now()),
    ({ text }) => text,
  ),
  expected: `${NEVER}, or a time of day, and a time zone`,
  hint: 'such as 07:00, or 07:00; Europe/Berlin',
});

/** The word that is printed and read for no time of day, and for no hosts. */
const NEVER = 'none';

/** Hosts that ssh reaches. */
export const sshHosts = (): SettingType<readonly SshHost[]> => ({
  codec: codec<readonly SshHost[]>(
    (text) => (text === NEVER ? [] : parseSshHosts(text)),
    (hosts) => (hosts.length === 0 ? NEVER : hosts.map(({ given }) => given).join(',')),
  ),
  expected: `${NEVER}, or hosts separated by commas: ${HOST_FORMS}`,
  hint: 'only letters, digits, dots, dashes and underscores; other options of ssh are set in ~/.ssh/config',
});

/** The servers of a fleet's engine. A password in the wrong place is not shown. */
export const natsUrls = (): SettingType<readonly string[]> => ({
  codec: wordsOr(parseNatsUrls),
  expected: `${NEVER}, or URLs separated by commas: ${URL_FORMS}`,
  hint: NO_USER,
  shown: withoutUsers,
});

/** Labels of this host. */
export const labels = (): SettingType<readonly string[]> => ({
  codec: wordsOr(parseLabels),
  expected: `${NEVER}, or labels separated by commas: ${LABEL_FORM}`,
  hint: 'such as gpu,large',
});

/** Words separated by commas, or a word for none of them. */
const wordsOr = (parse: (text: string) => readonly string[] | null): Codec<readonly string[]> =>
  codec<readonly string[]>(
    (text) => (text === NEVER ? [] : parse(text)),
    (words) => (words.length === 0 ? NEVER : words.join(',')),
  );

/** One of a few words. */
export const choice = <const Word extends string>(words: readonly Word[]): SettingType<Word> => ({
  codec: codec<Word>((text) => words.find((word) => word === text.toLowerCase()) ?? null, String),
  expected: `one of ${words.join(', ')}`,
  hint: null,
});

export const flag = (): SettingType<boolean> => {
  const parse = (text: string) => (/^(1|true|yes|on)$/i.test(text) ? true : /^(0|false|no|off)$/i.test(text) ? false : null);
  return {
    codec: codec(parse, (value) => (value ? '1' : '0')),
    expected: '1 or 0',
    hint: 'true/false, yes/no and on/off work as well',
  };
};

/** An absolute path. */
export const path = (): SettingType<string> => {
  const parse = (text: string) => (isAbsolute(text) ? resolve(text) : null);
  return { codec: codec(parse, String), expected: 'an absolute path', hint: '"~" and variables are not expanded here' };
};

/**
 * The text of a prompt with placeholders in braces. Misspelt ones are refused, since nobody would
 * notice them before the night.
 */
export const promptTemplate = (): SettingType<string> => {
  const parse = (text: string) => (text.length <= MAX_TEXT_LENGTH && unknownPlaceholders(text).length === 0 ? text : null);
  return {
    codec: codec(parse, String),
    expected: `a text of up to ${MAX_TEXT_LENGTH} characters with known placeholders only`,
    hint: `the placeholders are ${PLACEHOLDERS.map((name) => `{${name}}`).join(' ')}; {{word}} stands for {word} itself`,
  };
};
