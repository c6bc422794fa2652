import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { AGENTS } from '../../src/agents/registry.ts';
import { OTHER_AGENTS } from '../../src/core/values/agent-names.ts';
import { SUBJECTS } from '../real/agents/subjects.ts';
import { type KnownAgent, ofAgent } from './all/of-agent.ts';
import { lacking, SAMPLES, type Samples } from './all/samples.ts';

const NAMES = AGENTS.map(({ name }) => name);
const WIDTH = 140;

/** The list of names as the formatter would write it. */
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

  test('has every folder of an agent', () => {
    const folders = globSync('src/agents/*/agent.ts').map((path) => basename(dirname(path)));
    expect(folders.filter((name) => name !== 'generic' && name !== 'contract').toSorted()).toEqual(NAMES.toSorted());
  });

  test('has no name twice, and none of an agent that has no module', () => {
    expect(NAMES.filter((name, index) => NAMES.indexOf(name) < index || OTHER_AGENTS.includes(name))).toEqual([]);
  });

  test.each(NAMES)('%s stands in the table of agents in the README', (name) => {
    expect(readFileSync('README.md', 'utf8')).toMatch(new RegExp(`^\\| \`${name} .*\\|$`, 'm'));
  });
});

test.each(NAMES)('%s has a subject for the tests on the real CLI', (name) => {
  expect(SUBJECTS[name as KnownAgent].command('/bin/x')).toContain('/bin/x');
});

describe('the samples', () => {
  test.each(SAMPLES)('of %s are some of each kind', (name, samples) => {
    expect(lacking(name, samples)).toEqual([]);
  });

  test.each(SAMPLES)('of %s have a row for each capture, or a test of the agent reads it', (name) => {
    const tests = globSync(`test/agents/${name}/*.ts`).map((path) => readFileSync(path, 'utf8'));
    const captures = globSync(`test/agents/${name}/captures/*`).map((path) => basename(path));
    const isRead = (file: string) => tests.some((text) => text.includes(`'${file}'`) || text.includes(`'${file.replace(/\.\w+$/, '')}'`));
    expect(captures.filter((file) => !isRead(file) && !tests.some((text) => text.includes(`captures/${file}`)))).toEqual([]);
  });

  test('of an agent without a test folder are missed, in words', async () => {
    expect(existsSync('test/agents/another')).toBe(false);
    await expect(ofAgent('another', 'samples.ts', 'some rows')).rejects.toThrow(
      'the agent another has no test/agents/another/samples.ts: add it, with some rows (CONTRIBUTING.md, "An agent")',
    );
  });

  test('that are empty are named', () => {
    const [, samples] = SAMPLES[0]!;
    const empty: Samples = { ...samples, captures: [], fresh: [] };
    expect(lacking('another', empty)).toEqual([
      expect.stringContaining('test/agents/another/samples.ts has no `fresh`: add at least one'),
      expect.stringContaining('test/agents/another/samples.ts has no `captures`: add at least one'),
    ]);
  });
});
