import { globSync, readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { AGENTS } from '../../src/agents/registry.ts';
import { OTHER_AGENTS } from '../../src/core/values/agent-names.ts';

const NAMES = AGENTS.map(({ name }) => name);
const WIDTH = 140;

/** The list of names, formatted as biome would. */
function listed(names: readonly string[]): string {
  const quoted = names.map((name) => `'${name}'`);
  const line = `export const KNOWN_AGENTS = [${quoted.join(', ')}] as const;`;
  return line.length <= WIDTH ? line : `export const KNOWN_AGENTS = [\n${quoted.map((name) => `  ${name},\n`).join('')}] as const;`;
}

describe('the registry', () => {
  test('gives the core the names of the agents', async () => {
    const text = `// Made from src/agents/registry.ts by \`npm test -- test/agents -u\`: don't edit.
/** The agent CLIs that dogwatch knows, by name. */
${listed(NAMES)}
`;
    await expect(text).toMatchFileSnapshot('../../src/core/values/known-agents.ts');
  });

  test('lists every agent’s folder', () => {
    const folders = globSync('src/agents/*/agent.ts').map((path) => basename(dirname(path)));
    expect(folders.filter((name) => name !== 'generic' && name !== 'contract').toSorted()).toEqual(NAMES.toSorted());
  });

  test('has no name twice, and none without a module', () => {
    expect(NAMES.filter((name, index) => NAMES.indexOf(name) < index || OTHER_AGENTS.includes(name))).toEqual([]);
  });

  test('has exactly the agents of the table in the help', () => {
    const [table = ''] = readFileSync('src/help/agents.md', 'utf8').split('\n## ');
    const rows = [...table.matchAll(/^\| `(\S+) .*\|$/gm)].map(([, name]) => name);
    expect(rows).toEqual(NAMES);
  });
});
