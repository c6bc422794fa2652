import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { agentFor } from '../../../src/agents/registry.ts';
import type { AgentName, Signal } from '../../../src/core/model/facts.ts';
import { READING } from '../../kit/reading.ts';
import { rowsOf } from './samples.ts';

const linesOf = (path: string): string[] =>
  readFileSync(new URL(path, import.meta.url), 'utf8')
    .split('\n')
    .filter((line, index, all) => line !== '' || index < all.length - 1);
const read = (agent: AgentName, lines: readonly string[], at = 0, zone = 'UTC') =>
  agentFor(agent)
    .interpreter(READING, { atWall: () => at, zone, session: () => null })
    .read(lines)
    .filter(({ kind }) => !['event', 'usage', 'window', 'called', 'returned'].includes(kind));
const inShort = (signals: readonly Signal[]): string =>
  signals
    .filter(({ kind }) => kind !== 'retrying')
    .map((signal) => (signal.kind === 'turn' ? `turn:${signal.well ? 'well' : 'badly'}` : signal.kind))
    .join(' ');

describe('captures of the real agents', () => {
  test.each(rowsOf(({ captures }) => captures))('%s, %s: %s', (agent, file, expected) => {
    expect(inShort(read(agent, linesOf(`../${agent}/captures/${file}`)))).toBe(expected);
  });
});

interface Sample {
  readonly agent: AgentName;
  readonly at: string;
  readonly processTimeZone: string;
  readonly line: string;
  readonly expect: { readonly signal: string; readonly resetsAt?: string };
}

describe('lines that users reported', () => {
  const samples = linesOf('../../fixtures/corpus/lines.jsonl').map((line) => JSON.parse(line) as Sample);
  test.each(samples.map((sample) => [sample.agent, sample.expect.signal, sample.line, sample] as const))(
    '%s, %s: %s',
    (agent, signal, line, { at, processTimeZone, expect: { resetsAt } }) => {
      const signals = read(agent, [line], Date.parse(at), processTimeZone).filter(
        ({ kind }) => !['session', 'turn', 'retrying'].includes(kind),
      );
      expect(signals.map(({ kind }) => kind as string)).toEqual(signal === 'none' ? [] : [signal]);
      const [first] = signals;
      const resets = first?.kind === 'limit' ? first.resetsAtWall : null;
      expect(resets).toBe(resetsAt === undefined ? null : Date.parse(resetsAt));
    },
  );
});
