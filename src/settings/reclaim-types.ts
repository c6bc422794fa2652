import { formatDuration, parseDuration } from './duration.ts';
import { codec, type SettingType, within } from './types.ts';

/** Ages are compared, never waited for, so they may be longer than a timer. */
const OLDEST_MS = 3650 * 86_400_000;
const MAX_ENTRIES = 100;
const MAX_ENTRY_LENGTH = 4096;
/** Stands for an empty list, because an empty variable counts as not set. */
const NONE = 'none';

/** How old something must be, in ms. */
export const age = (): SettingType<number> => ({
  codec: codec(parseDuration, formatDuration, within(0, OLDEST_MS)),
  expected: `a duration from 0s to ${formatDuration(OLDEST_MS)}`,
  hint: 'whole numbers with one unit: 12h, 7d',
});

/** The key of a label. */
export const label = (): SettingType<string> => ({
  codec: codec((text) => (/^[\w./-]{1,256}$/.test(text) ? text : null), String),
  expected: 'the key of a label, without a value',
  hint: 'letters, digits and . _ / -',
});

/** How the entries of a list are separated, and which are valid. */
export interface Entries {
  readonly separator: RegExp;
  readonly glue: string;
  readonly isFine: (entry: string) => boolean;
  readonly expected: string;
  readonly hint: string;
}

/** A list of texts, which may be empty. */
export const entries = ({ separator, glue, isFine, expected, hint }: Entries): SettingType<readonly string[]> => {
  const parse = (text: string): readonly string[] | null => {
    const parts = text.split(separator).map((part) => part.trim());
    const found = parts.filter((part) => part !== '');
    if (found.length === 1 && found[0] === NONE) return [];
    return found.length <= MAX_ENTRIES && found.every((entry) => entry.length <= MAX_ENTRY_LENGTH && isFine(entry)) ? found : null;
  };
  return {
    codec: codec<readonly string[]>(parse, (list) => list.join(glue) || NONE),
    expected,
    hint: `${hint}; "${NONE}" for none`,
  };
};
