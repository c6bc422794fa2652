import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Lines, logOutput } from '../../../src/cli/logs/output.ts';
import { HOSTILE, isHarmful } from '../../kit/kept-state.ts';
import { sink } from '../../kit/sink.ts';

/** Splits bytes into pieces. */
function* pieces(bytes: Buffer, sizes: readonly number[]): Generator<Buffer> {
  let at = 0;
  for (const size of sizes) {
    yield bytes.subarray(at, at + size);
    at += size;
  }
  yield bytes.subarray(at);
}

const sizes = fc.array(fc.nat(7));

test('with raw, prints the bytes unchanged', () => {
  fc.assert(
    fc.property(fc.uint8Array(), sizes, (array, cuts) => {
      const bytes = Buffer.from(array);
      const { stream, written } = sink(false);
      const out = logOutput(stream, true);
      for (const piece of pieces(bytes, cuts)) out.write(piece);
      out.endLine();
      expect(written().equals(bytes)).toBe(true);
    }),
  );
});

test('lines are the same however they are split into chunks', () => {
  const text = fc.array(fc.constantFrom('a', 'é', '試', '👩‍🚀', '\n', ' ')).map((parts) => parts.join(''));
  fc.assert(
    fc.property(text, sizes, (one, cuts) => {
      const lines: string[] = [];
      const out = new Lines((line) => lines.push(line));
      for (const piece of pieces(Buffer.from(one), cuts)) out.write(piece);
      out.endLine();
      expect(lines).toEqual(one.endsWith('\n') || one === '' ? one.split('\n').slice(0, -1) : one.split('\n'));
    }),
  );
});

test.each([true, false])('prints nothing unsanitized (a terminal: %s)', (isTTY) => {
  const { stream, written } = sink(isTTY);
  const out = logOutput(stream);
  for (const piece of pieces(Buffer.from(`${HOSTILE}\nnext`), [3, 1, 5, 7])) out.write(piece);
  out.endLine();
  expect(isHarmful(written().toString())).toBe(false);
  expect(written().toString()).toContain('red');
  expect(
    written()
      .toString()
      .endsWith(isTTY ? 'next\n' : 'next'),
  ).toBe(true);
});

test('a line without an end does not fill the memory', () => {
  const lines: string[] = [];
  const out = new Lines((line) => lines.push(line));
  for (let count = 0; count < 100; count++) out.write(Buffer.alloc(10_000, 'x'));
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThan(100_000);
  expect(lines.length).toBeGreaterThan(10);
  out.endLine();
  expect(lines.join('')).toBe('x'.repeat(1_000_000));
});
