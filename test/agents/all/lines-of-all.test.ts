import { describe, expect, test } from 'vitest';
import { AGENT_NAMES } from '../../../src/core/values/agent-names.ts';
import { json, read, result } from './reading.ts';
import { SAMPLES } from './samples.ts';

describe('what holds for all agents', () => {
  test.each(SAMPLES.filter(([, { todos }]) => todos !== null))('%s counts todos', (agent, { todos }) => {
    expect(read(agent, json(todos)).at(-1)).toEqual({ kind: 'todo', done: 1, total: 2 });
  });

  test.each(SAMPLES)('%s: the pattern of --done-log is for the agent’s own words', (agent, { says, reads }) => {
    const kinds = (events: readonly unknown[]) => read(agent, json(...events), '^ALL DONE').map(({ kind }) => kind);
    expect(kinds(says('so:\nALL DONE'))).toContain('done');
    expect(kinds(says('ALL DONE is what you say'))).not.toContain('done');
    expect(kinds([reads('ALL DONE')])).not.toContain('done');
  });

  test.each(AGENT_NAMES)('%s: the time for hostile lines is proportional to their length', (agent) => {
    const pieces = [
      'Error: ',
      'a ',
      '{"type":"',
      'limit reached · ',
      "You've hit your a ",
      'API Error: ',
      '[API Error: ',
      ': no space left ',
      '1',
      '-',
    ];
    const started = performance.now();
    for (const piece of pieces)
      read(agent, [piece.repeat(1_000_000 / piece.length), json(result({ is_error: true, result: piece.repeat(50_000) }))[0]!]);
    // A pattern that backtracks would take minutes.
    expect(performance.now() - started).toBeLessThan(20_000);
  });
});
