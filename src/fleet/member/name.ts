/** It becomes part of subjects, commands to type and file names. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;

/** Why a word cannot name a host or a fleet, or null if it can. */
export const hostNameProblem = (name: string): string | null =>
  NAME.test(name) ? null : 'up to 63 letters, digits, dots, dashes and underscores, the first a letter or digit';
