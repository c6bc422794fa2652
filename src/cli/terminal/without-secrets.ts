import { redactor, type Variables } from '../../system/text/redact.ts';

/**
 * Returns a function that redacts the secrets in these environments, and anything that looks like a
 * secret, from a setting's value.
 */
export function withoutSecrets(...environments: readonly Variables[]): (text: string) => string {
  // Settings themselves are not secrets, whatever words their names contain.
  const others = environments.map((environment) => Object.entries(environment).filter(([name]) => !name.startsWith('DOGWATCH_')));
  return redactor(...others.map((entries) => Object.fromEntries(entries)));
}
