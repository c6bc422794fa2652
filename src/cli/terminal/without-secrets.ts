import { redactor, type Variables } from '../../system/text/redact.ts';

/**
 * Returns a function that redacts the secrets in these environments, and anything that looks like a
 * secret, from a setting's value.
 */
export function withoutSecrets(...environments: readonly Variables[]): (text: string) => string {
  const all = environments.flatMap((environment) => Object.entries(environment));
  // Settings themselves are not secrets, whatever words their names contain.
  return redactor(Object.fromEntries(all.filter(([name]) => !name.startsWith('DOGWATCH_'))));
}
