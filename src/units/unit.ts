/** The values of a key in a unit, one line each. */
export interface Entry {
  readonly values: readonly string[];
  /** Why it is set so, or null if that is obvious. */
  readonly comment: string | null;
  /**
   * The first version of systemd that knows it, or null if all supported ones do. Older ones warn
   * about it.
   */
  readonly since: number | null;
}

export type Section = Readonly<Record<string, Entry>>;

/** A unit as plain data: its sections, in the order of the file. */
export interface Unit {
  readonly name: string;
  readonly sections: Readonly<Record<string, Section>>;
}

export const is = (value: string | readonly string[], comment: string | null = null, since: number | null = null): Entry => ({
  values: typeof value === 'string' ? [value] : value,
  comment,
  since,
});

/**
 * The first line of every file that is written: only files that have it are ever overwritten or
 * removed.
 */
export const OURS = '# Written by `dogwatch systemd install`; changes belong into a drop-in: `systemctl edit UNIT`.';

/**
 * The unit without the keys that this version of systemd does not know; null means the newest
 * version.
 */
export const forVersion = ({ name, sections }: Unit, version: number | null): Unit => ({
  name,
  sections: Object.fromEntries(
    Object.entries(sections).map(([section, entries]) => [
      section,
      Object.fromEntries(Object.entries(entries).filter(([, { since }]) => version === null || since === null || since <= version)),
    ]),
  ),
});

/** The content of the unit's file. */
export const renderUnit = ({ sections }: Unit): string =>
  [OURS, ...Object.entries(sections).map(([name, entries]) => `\n[${name}]\n${renderSection(entries)}`)].join('\n').concat('\n');

const renderSection = (entries: Section): string =>
  Object.entries(entries)
    .flatMap(([key, { values, comment }]) => [...(comment === null ? [] : [`# ${comment}`]), ...values.map((value) => `${key}=${value}`)])
    .join('\n');

/** Escapes text so that systemd expands no specifiers. */
export const literal = (text: string): string => text.replaceAll('%', '%%');

/** Quotes a word of a command line. */
export const word = (text: string): string => quoted(literal(text).replaceAll('$', '$$$$'));

/** Quotes an environment variable; specifiers in its value are expanded. */
export const assignment = (name: string, value: string): string => quoted(`${name}=${value}`);

const quoted = (text: string): string =>
  /^[\w@%+=:,./$-]+$/.test(text) ? text : `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
