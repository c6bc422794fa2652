import { describe, expect, test } from 'vitest';
import { generic } from '../../src/agents/generic.ts';
import { agentFor } from '../../src/agents/registry.ts';
import { specWith } from '../core/world.ts';

describe('any other command', () => {
  const spec = specWith({ agent: 'generic', command: ['make', 'all'], prompt: 'the input' });

  test.each([
    ['starts', generic.start(spec)],
    ['is resumed', generic.resume(spec, null, 'go on')],
    ['begins afresh', generic.fresh(spec, 'what was done')],
  ])('%s as the operator wrote it, with its own input', (_how, plan) => {
    expect(plan).toEqual({ argv: ['make', 'all'], stdin: 'the input' });
  });

  test('has no input where it was given none', () => {
    expect(generic.start({ ...spec, prompt: null }).stdin).toBe(null);
  });

  test('keeps no session that could be looked for', async () => {
    expect(generic.keepsSessions).toBe(false);
    expect(await generic.findSession(spec, {}, 0)).toBe(null);
  });

  test('is what an agent is that nobody knows', () => {
    expect(agentFor('generic')).toBe(generic);
  });
});
