import { statSync } from 'node:fs';
import { errorMessage } from '../../core/values/error-message.ts';
import type { Collector } from '../../metrics/collector.ts';
import { keepTextfile, writeTextfile } from '../../metrics/textfile.ts';
import { StoreError } from '../../store/directory/error.ts';
import { keepHeapSmall } from '../../system/small-heap.ts';
import { EXIT_UNAVAILABLE, Problem } from '../terminal/problem.ts';
import { tell } from '../terminal/tell.ts';

/** Keeps the metrics in a file until the process is ended. */
export async function keep(collector: Collector, directory: string): Promise<void> {
  keepHeapSmall();
  const ending = new AbortController();
  const end = () => ending.abort();
  process.once('SIGTERM', end).once('SIGINT', end);
  try {
    await writeTextfile(collector, directory);
  } catch (error) {
    if (error instanceof StoreError) throw error;
    const isThere = statSync(directory, { throwIfNoEntry: false })?.isDirectory() === true;
    throw new Problem(EXIT_UNAVAILABLE, 'the metrics cannot be written', {
      expected: 'a directory that exists and that this user may write to',
      got: isThere ? errorMessage(error) : `no directory at ${JSON.stringify(directory)}`,
      hint: "the one that node_exporter's --collector.textfile.directory names",
    });
  }
  await keepTextfile(collector, directory, { tell, signal: ending.signal });
  collector.close();
}
