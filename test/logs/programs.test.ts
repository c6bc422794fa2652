import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LogProgram, type Step, step } from './programs.ts';

const PROGRAMS = 2500;

test('whatever happens to a log, each line is seen once and in order, or its loss is reported, or was undetectable', () => {
  const counted = { lines: 0, gaps: 0 };
  const property = fc.property(fc.boolean(), fc.array(step, { maxLength: 40 }), (isLink, steps: Step[]) => {
    const program = new LogProgram(isLink);
    try {
      for (const one of steps) program.do(one);
      program.readAll();
      program.do({ do: 'write', lines: 1, words: 1 });
      program.readAll();
      const order = new Map(program.written.map(({ text }, index) => [text, index]));
      const numbers = program.seen.map((text) => order.get(text) ?? text);
      expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => Number(a) - Number(b)));
      expect(program.missed).toEqual([]);
      counted.lines += program.written.length;
      counted.gaps += program.gaps;
    } finally {
      program.remove();
    }
  });
  fc.assert(property, { numRuns: PROGRAMS });
  // The test covered something.
  expect(counted.lines).toBeGreaterThan(PROGRAMS);
  expect(counted.gaps).toBeGreaterThan(PROGRAMS / 20);
});
