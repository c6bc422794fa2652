/**
 * What is started as `dogwatch`: it has next to nothing to load itself, so that it can say in words what this machine refuses while the
 * program is loaded, or later where nobody else does.
 */
const REFUSALS: Readonly<Record<string, string>> = {
  EMFILE: 'raise the limit of open files (ulimit -n)',
  ENFILE: 'this machine has no more open files to give',
  EAGAIN: 'raise the limit of processes (ulimit -u), or end some',
  ENOMEM: 'free some memory',
};
const EXIT_TEMPORARY = 75;

/** True: it was said. Anything else is a bug. */
function refused(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const hint = REFUSALS[(error as NodeJS.ErrnoException).code ?? ''];
  if (hint === undefined) return false;
  process.stderr.write(`dogwatch: this machine refuses it: ${error.message}\n  hint      ${hint}\n`);
  return true;
}

process.on('uncaughtException', (error) => {
  if (refused(error)) process.exit(EXIT_TEMPORARY);
  // As without a listener.
  console.error(error);
  process.exit(1);
});

try {
  await import('./main.ts');
} catch (error) {
  if (!refused(error)) throw error;
  process.exitCode = EXIT_TEMPORARY;
}
