/**
 * The entry point of `dogwatch`. It loads next to nothing itself, so that it can still explain an
 * exhausted resource that stops the program from loading, or that nothing else catches later.
 */
const REFUSALS: Readonly<Record<string, string>> = {
  EMFILE: 'raise the limit on open files (ulimit -n)',
  ENFILE: 'the whole machine has run out of open files: end some programs',
  EAGAIN: 'raise the limit on processes (ulimit -u), or end some',
  ENOMEM: 'free some memory',
};
const EXIT_TEMPORARY = 75;

/** Explains an exhausted resource on stderr. Returns false for any other error, which is a bug. */
function refused(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const hint = REFUSALS[(error as NodeJS.ErrnoException).code ?? ''];
  if (hint === undefined) return false;
  process.stderr.write(`dogwatch: this machine is out of resources: ${error.message}\n  hint      ${hint}\n`);
  return true;
}

process.on('uncaughtException', (error) => {
  if (refused(error)) process.exit(EXIT_TEMPORARY);
  // What Node does without a listener.
  console.error(error);
  process.exit(1);
});

/** The commands that run for weeks. */
const LASTING = ['watch', 'metrics'];
const [first = '', ...more] = process.argv.slice(2);

try {
  // Before anything large is loaded, which would make the heap grow.
  if (LASTING.includes(first)) (await import('./system/small-heap.ts')).keepHeapSmall();
  if ((first === '--version' || first === '-V') && more.length === 0) (await import('./version.ts')).printVersion();
  else await (await import('./main.ts')).main();
} catch (error) {
  if (!refused(error)) throw error;
  process.exitCode = EXIT_TEMPORARY;
}
