import { StringDecoder } from 'node:string_decoder';

/** Longer lines are cut to this many characters. */
const MAX_LINE_LENGTH = 1024 * 1024;

/**
 * Yields the lines of a stream without their line ends, in one batch per chunk. Never holds more
 * than one chunk and one line in memory.
 */
export async function* inputLines(input: AsyncIterable<Buffer | string>): AsyncGenerator<readonly string[]> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const piece of input) {
    const [first = '', ...others] = (typeof piece === 'string' ? piece : decoder.write(piece)).split('\n');
    const lines = [rest.length < MAX_LINE_LENGTH ? (rest + first).slice(0, MAX_LINE_LENGTH) : rest, ...others];
    rest = lines.pop() ?? '';
    if (lines.length > 0) yield lines.map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
  }
  rest += decoder.end();
  if (rest !== '') yield [rest];
}
