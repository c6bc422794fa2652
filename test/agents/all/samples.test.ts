import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, test } from 'vitest';
import { SUBJECTS } from '../../real/agents/jobs/subjects.ts';
import { ofAgent } from './of-agent.ts';
import { lacking, SAMPLES, type Samples } from './samples.ts';

test.each(SAMPLES)('%s has a subject for the tests on the real CLI', (name) => {
  expect(SUBJECTS[name].command('/bin/x')).toContain('/bin/x');
});

describe('the samples', () => {
  test.each(SAMPLES)('of %s have rows of each kind', (name, samples) => {
    expect(lacking(name, samples)).toEqual([]);
  });

  test.each(SAMPLES)('of %s have a row for each capture, or a test of the agent reads it', (name) => {
    const tests = [...globSync(`test/agents/${name}/*.ts`), 'test/agents/all/usage.test.ts'].map((path) => readFileSync(path, 'utf8'));
    const captures = globSync(`test/agents/${name}/captures/*`).map((path) => basename(path));
    const isRead = (file: string) => tests.some((text) => text.includes(`'${file}'`) || text.includes(`'${file.replace(/\.\w+$/, '')}'`));
    expect(captures.filter((file) => !isRead(file) && !tests.some((text) => text.includes(`captures/${file}`)))).toEqual([]);
  });

  test('of an agent without a test folder are reported as missing', async () => {
    expect(existsSync('test/agents/another')).toBe(false);
    await expect(ofAgent('another', 'samples.ts', 'some rows')).rejects.toThrow(
      'the agent another has no test/agents/another/samples.ts: add it, with some rows (CONTRIBUTING.md, "An agent")',
    );
  });

  test('without rows are reported', () => {
    const [, samples] = SAMPLES[0]!;
    const empty: Samples = { ...samples, captures: [], fresh: [] };
    expect(lacking('another', empty)).toEqual([
      expect.stringContaining('test/agents/another/samples.ts has no `fresh`: add at least one'),
      expect.stringContaining('test/agents/another/samples.ts has no `captures`: add at least one'),
    ]);
  });
});
