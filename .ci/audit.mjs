// Known vulnerabilities, high or worse, in what package-lock.json names. A registry that does not
// answer (no network, a mirror without advisories) is reported, but is not a failure.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { stdout, stderr, status, error } = spawnSync(
  'npm',
  ['audit', '--json', '--audit-level=high', '--package-lock-only', '--fetch-retries=0', '--fetch-timeout=30000'],
  { cwd: root, encoding: 'utf8', maxBuffer: 64 * 2 ** 20 },
);

const report = parsed(stdout ?? '');
if (report?.metadata === undefined) {
  console.log(
    `not audited, because the registry gave no report: ${report?.message || report?.error?.summary || error?.message || stderr.trim().split('\n').at(-1)}`,
  );
} else {
  for (const { name, severity, range } of Object.values(report.vulnerabilities)) console.log(`${severity}: ${name} ${range}`);
  console.log(`${report.metadata.vulnerabilities.total} known vulnerabilities in ${report.metadata.dependencies.total} packages`);
  process.exitCode = status;
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
