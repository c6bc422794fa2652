import { redactor, type Variables } from '../../system/text/redact.ts';

/** Takes out of what is shown of a setting what one of these environments holds as a secret, and what looks like one. */
export function withoutSecrets(...environments: readonly Variables[]): (text: string) => string {
  const all = environments.flatMap((environment) => Object.entries(environment));
  // Settings themselves are no secrets, whatever words their names have in them.
  return redactor(Object.fromEntries(all.filter(([name]) => !name.startsWith('DOGWATCH_'))));
}
