import type { DayRules } from '../core/spend/day-cap.ts';
import { MICROS } from '../core/values/money.ts';
import { hostSetting } from './host.ts';
import type { Setting } from './setting.ts';
import { codec, type SettingType, within } from './types.ts';

/** The word that is printed and read for no cap. */
const NONE = 'none';
const MOST_USD = 1_000_000;
const MOST_TOKENS = 1e12;
const MOST_GRACE = 1000;

const AMOUNT = /^(\d{1,7})(?:\.(\d{1,6}))?(?: ?USD)?$/;

/** Returns millionths of a US dollar of `5`, `0.50` or `5USD`, or null for anything else. */
export function parseUsd(text: string): number | null {
  const [, whole, fraction = ''] = AMOUNT.exec(text) ?? [];
  if (whole === undefined) return null;
  const micros = Number(whole) * MICROS + Number(fraction.padEnd(6, '0'));
  return micros > 0 && micros <= MOST_USD * MICROS ? micros : null;
}

/** Writes an amount so that `parseUsd` reads the same one. */
function formatUsd(micros: number): string {
  const fraction = String(micros % MICROS)
    .padStart(6, '0')
    .replace(/0{1,4}$/, '');
  return `${Math.floor(micros / MICROS)}${micros % MICROS === 0 ? '' : `.${fraction}`}USD`;
}

const TOKENS = /^(\d{1,13})([kM]?)$/;

/** Returns the number of `500000`, `500k` or `2M`, or null for anything else, and for 0. */
export function parseTokens(text: string): number | null {
  const [, digits, unit] = TOKENS.exec(text) ?? [];
  const tokens = Number(digits ?? 0) * (unit === 'M' ? 1e6 : unit === 'k' ? 1000 : 1);
  return tokens > 0 && tokens <= MOST_TOKENS ? tokens : null;
}

/** Writes a number of tokens so that `parseTokens` reads the same one. */
const formatTokens = (tokens: number): string =>
  tokens % 1e6 === 0 ? `${tokens / 1e6}M` : tokens % 1000 === 0 ? `${tokens / 1000}k` : String(tokens);

export const EXPECTED_USD = `an amount of US dollars above 0 and up to ${MOST_USD}`;
export const EXPECTED_TOKENS = 'a whole number of tokens above 0';

/** 0 stands for none. */
const orNone = (parse: (text: string) => number | null, print: (value: number) => string) =>
  codec(
    (text) => (text === NONE ? 0 : parse(text)),
    (value) => (value === 0 ? NONE : print(value)),
    Number.isSafeInteger,
  );

const money = (): SettingType<number> => ({
  codec: orNone(parseUsd, formatUsd),
  expected: `${NONE}, or ${EXPECTED_USD}`,
  hint: '5, 0.50 or 5USD; prices are known in US dollars only',
});

const tokens = (): SettingType<number> => ({
  codec: orNone(parseTokens, formatTokens),
  expected: `${NONE}, or ${EXPECTED_TOKENS}`,
  hint: '500000, 500k or 2M',
});

const wholePercent = (): SettingType<number> => ({
  codec: codec(
    (text) => (/^\d{1,4}%$/.test(text) ? Number.parseInt(text, 10) : null),
    (value) => `${value}%`,
    within(0, MOST_GRACE),
  ),
  expected: `a whole percentage from 0% to ${MOST_GRACE}%`,
  hint: '0% ends an attempt in the middle of the turn that reaches the cap',
});

/** `stop` is true. */
const warnOrStop = (): SettingType<boolean> => ({
  codec: codec(
    (text) => (text === 'stop' ? true : text === 'warn' ? false : null),
    (value) => (value ? 'stop' : 'warn'),
  ),
  expected: 'one of warn, stop',
  hint: null,
});

const LOCAL = 'local';

const dayZone = (): SettingType<string> => ({
  codec: codec((text) => (text === LOCAL || isZone(text) ? text : null), String),
  expected: `${LOCAL}, or the name of a time zone`,
  hint: 'such as Europe/Berlin or UTC',
});

function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

const runSetting = <T>(name: Setting<T>['name'], type: SettingType<T>, fallback: T, meaning: string): Setting<T> => ({
  name,
  scope: 'run',
  type,
  fallback: () => fallback,
  meaning,
});

/** What runs may cost. */
export const COST_SETTINGS = {
  maxCostMicros: runSetting(
    'DOGWATCH_MAX_COST',
    money(),
    0,
    "What a run may cost, with its fresh sessions and recovery agents; then it is a person's turn.",
  ),
  maxTokens: runSetting('DOGWATCH_MAX_TOKENS', tokens(), 0, 'How many tokens a run may use, cached ones included.'),
  maxCostPerDayMicros: hostSetting(
    'DOGWATCH_MAX_COST_PER_DAY',
    money(),
    NONE,
    'What all runs of the watchdog may cost in a day; then nothing is started until the next day.',
  ),
  dayZone: hostSetting('DOGWATCH_DAY_ZONE', dayZone(), LOCAL, 'Time zone in which such a day begins; local: the one of the watchdog.'),
  costGracePercent: runSetting(
    'DOGWATCH_COST_GRACE',
    wholePercent(),
    10,
    'An attempt is ended at the end of the step that reaches a cap, and at once when it is further beyond it than this.',
  ),
  stopsOnUnknownCost: runSetting(
    'DOGWATCH_ON_UNKNOWN_COST',
    warnOrStop(),
    false,
    'If a cap is set and the agent does not say what it uses: warn notifies a person once, stop resumes nothing.',
  ),
  freshAboveTokens: runSetting(
    'DOGWATCH_FRESH_ABOVE',
    tokens(),
    0,
    "A session with a larger context than this is continued as a fresh one, with a digest, once the provider's cache is cold.",
  ),
} as const;

type CostSettings = { readonly [Key in keyof typeof COST_SETTINGS]: (typeof COST_SETTINGS)[Key] extends Setting<infer T> ? T : never };

/** Returns what all runs may cost in a day in the core's form, or null if there is no such cap. */
export function dayRules({ maxCostPerDayMicros, costGracePercent, dayZone: zone }: CostSettings): DayRules | null {
  if (maxCostPerDayMicros === 0) return null;
  const local = () => new Intl.DateTimeFormat().resolvedOptions().timeZone;
  return { capUsd: maxCostPerDayMicros / MICROS, gracePercent: costGracePercent, zone: zone === LOCAL ? local() : zone };
}
