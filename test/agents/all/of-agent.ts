import { existsSync } from 'node:fs';
import type { KNOWN_AGENTS } from '../../../src/core/values/known-agents.ts';

export type KnownAgent = (typeof KNOWN_AGENTS)[number];

/** The module of an agent's test folder. Throws where it is missing, and says what to add. */
export async function ofAgent<T>(name: string, file: string, what: string): Promise<T> {
  const url = new URL(`../${name}/${file}`, import.meta.url);
  if (!existsSync(url))
    throw new Error(`the agent ${name} has no test/agents/${name}/${file}: add it, with ${what} (CONTRIBUTING.md, "An agent")`);
  return (await import(url.href)) as T;
}
