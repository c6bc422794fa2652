/** What a key of a unit says. A list is one line each. */
export interface Entry {
  readonly values: readonly string[];
  /** Why it is so, where that does not go without saying; null: it does. */
  readonly comment: string | null;
  /** The first version of systemd that knows it; older ones warn of it. Null: all that dogwatch runs on. */
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

/** The first line of every file that is written: only what has it is ever overwritten or removed. */
export const OURS = '# Written by `dogwatch systemd install`; changes belong into a drop-in: `systemctl edit UNIT`.';

/** The unit without the keys that this version of systemd does not know; null: the newest. */
export const forVersion = ({ name, sections }: Unit, version: number | null): Unit => ({
  name,
  sections: Object.fromEntries(
    Object.entries(sections).map(([section, entries]) => [
      section,
      Object.fromEntries(Object.entries(entries).filter(([, { since }]) => version === null || since === null || since <= version)),
    ]),
  ),
});

/** The unit as a file. */
export const renderUnit = ({ sections }: Unit): string =>
  [OURS, ...Object.entries(sections).map(([name, entries]) => `\n[${name}]\n${renderSection(entries)}`)].join('\n').concat('\n');

const renderSection = (entries: Section): string =>
  Object.entries(entries)
    .flatMap(([key, { values, comment }]) => [...(comment === null ? [] : [`# ${comment}`]), ...values.map((value) => `${key}=${value}`)])
    .join('\n');

/** Text in which systemd shall see no specifier. */
export const literal = (text: string): string => text.replaceAll('%', '%%');

/** A word of a command line. */
export const word = (text: string): string => quoted(literal(text).replaceAll('$', '$$$$'));

/** A variable of the environment; in the value specifiers count. */
export const assignment = (name: string, value: string): string => quoted(`${name}=${value}`);

const quoted = (text: string): string =>
  /^[\w@%+=:,./$-]+$/.test(text) ? text : `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
