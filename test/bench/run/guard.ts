// Started beside a benchmark with its directory and process id. When its standard input ends, the
// benchmark is over: ends what is left of it.
import { sweep } from './sweep.ts';

const [directory = '', pid = ''] = process.argv.slice(2);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
process.stdin.resume();
process.stdin.once('close', () => {
  sweep(directory, pid).then(
    () => process.exit(0),
    (error: unknown) => {
      process.stderr.write(`something of the benchmark in ${directory} is left: ${error instanceof Error ? error.message : error}\n`);
      process.exit(1);
    },
  );
});
