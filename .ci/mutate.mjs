// Mutation testing of src/core, by Stryker, in a copy of this checkout:
//   npm run mutate [-- FILE …]   files of src/core without .ts (rules/dead); default: all of them,
//                                which takes some hours on two cores
// Writes the table of all files that were ever measured to test/core/mutants.md, and the surviving
// mutants to node_modules/.cache/mutants.txt. Not part of `npm run check`.
// Plain JavaScript for any Node >= 18, like setup.mjs.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { node24 } from '../src/launcher.mjs';

const STRYKER = ['@stryker-mutator/core@10.1.1', '@stryker-mutator/vitest-runner@10.1.1'];
/**
 * A mutant that survives this few runs of each property might die in more: the score is a lower
 * bound.
 */
const PROPERTY_RUNS = 12;
/**
 * Tests whose tables need more runs to contain every case, and tests of which one run takes long.
 */
const OTHER_RUNS = { 'images/stale.test.ts': 500, 'laws/unknown.test.ts': 100, 'stories/healthy.test.ts': 3, 'notices/notice.test.ts': 3 };

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const table = join(root, 'test/core/mutants.md');
const survived = join(root, 'node_modules/.cache/mutants.txt');
const below = (directory, end) => readdirSync(directory, { recursive: true }).filter((name) => name.endsWith(end));
const all = below(join(root, 'src/core'), '.ts').map((name) => name.replace(/\.ts$/, ''));
const wanted = process.argv.slice(2).length > 0 ? process.argv.slice(2) : all;
const strange = wanted.filter((name) => !all.includes(name));
if (strange.length > 0) {
  console.error(`npm run mutate: there is no src/core/${strange[0]}.ts`);
  process.exit(64);
}

const copy = mkdtempSync(join(tmpdir(), 'dogwatch-mutate-'));
process.on('exit', () => rmSync(copy, { recursive: true, force: true }));
for (const name of ['src', 'streams', 'test', 'package.json', 'node_modules'])
  cpSync(join(root, name), join(copy, name), { recursive: true });
if (!run('npm', ['install', '--no-save', '--no-package-lock', '--ignore-scripts', '--loglevel=error', ...STRYKER])) process.exit(69);
for (const name of below(join(copy, 'test/core'), '.test.ts')) {
  const path = join(copy, 'test/core', name);
  const runs = OTHER_RUNS[name] ?? PROPERTY_RUNS;
  writeFileSync(path, readFileSync(path, 'utf8').replaceAll(/numRuns: [\w /]+/g, `numRuns: ${runs}`));
}
const TESTS = ['test/core/**/*.test.ts', 'test/scenarios/all.test.ts', 'test/model/seeds.test.ts'];
/** A file that only one command uses is tested with that command. */
const OTHER_TESTS = { 'report/status': ['test/cli/status/status.test.ts'] };

const rows = new Map(
  existsSync(table) ? [...readFileSync(table, 'utf8').matchAll(/^\| ([\w/-]+) \| (\d.*) \|$/gm)].map(([, name, rest]) => [name, rest]) : [],
);
const survivors = [];
// One run of all tests finds which of them reach what, so the files of a folder go together.
const roomOf = (name) => (name in OTHER_TESTS ? name : dirname(name));
for (const room of new Set(wanted.map(roomOf))) {
  const names = wanted.filter((name) => roomOf(name) === room);
  const config = {
    testRunner: 'vitest',
    plugins: ['@stryker-mutator/vitest-runner'],
    mutate: names.map((name) => `src/core/${name}.ts`),
    vitest: { configFile: 'mutate.vitest.mjs' },
    coverageAnalysis: 'perTest',
    ignoreStatic: true,
    // Stryker's preprocessor of tsconfig.json supports TypeScript up to 6.
    tsconfigFile: 'none.json',
    concurrency: 2,
    reporters: ['json'],
  };
  writeFileSync(join(copy, 'mutate.json'), JSON.stringify(config));
  const test = { include: OTHER_TESTS[room] ?? TESTS, testTimeout: 60_000 };
  writeFileSync(join(copy, 'mutate.vitest.mjs'), `export default ${JSON.stringify({ test })};\n`);
  if (!run(node24(), ['node_modules/@stryker-mutator/core/bin/stryker.js', 'run', 'mutate.json'])) continue;
  const report = join(copy, 'reports/mutation/mutation.json');
  const { files } = JSON.parse(readFileSync(report, 'utf8'));
  for (const name of names) count(name, files[`src/core/${name}.ts`] ?? { mutants: [], source: '' });
  // After each folder, so that an interrupted run keeps what was measured.
  mkdirSync(dirname(survived), { recursive: true });
  writeFileSync(survived, `${survivors.join('\n')}\n`);
  writeTable();
}

function count(name, { mutants, source }) {
  const number = (...states) => mutants.filter(({ status }) => states.includes(status)).length;
  const [killed, left] = [number('Killed', 'Timeout'), number('Survived', 'NoCoverage')];
  if (killed + left === 0) return;
  rows.set(name, `${killed + left} | ${killed} | ${((100 * killed) / (killed + left)).toFixed(1)} %`);
  console.log(`${name}: ${killed} of ${killed + left} killed`);
  for (const { status, location, replacement } of mutants)
    if (status === 'Survived' || status === 'NoCoverage')
      survivors.push(
        `${name}.ts:${location.start.line}:${location.start.column} → ${replacement}\n    ${source.split('\n')[location.start.line - 1].trim()}`,
      );
}

function writeTable() {
  const sorted = [...rows].sort(([a], [b]) => a.localeCompare(b));
  const numbers = sorted.map(([, rest]) => rest.split(' | ').map(Number.parseFloat));
  const sum = (index) => numbers.reduce((total, row) => total + row[index], 0);
  const lines = [
    '# Mutants',
    '',
    'What mutation testing says about the tests of `src/core` (`npm run mutate`): changes to the code, one at a time, and how many of them made a test fail, or run forever.',
    'Each property runs only a few times, so this is a lower bound.',
    '',
    '| file | mutants | killed | score |',
    '|---|---|---|---|',
    ...sorted.map(([name, rest]) => `| ${name} | ${rest} |`),
    `| **all of these** | ${sum(0)} | ${sum(1)} | ${((100 * sum(1)) / sum(0)).toFixed(1)} % |`,
    '',
  ];
  writeFileSync(table, lines.join('\n'));
}

/** Returns false if the command failed, after printing why. */
function run(command, args) {
  const { status, error, stdout } = spawnSync(command, args, { cwd: copy, stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8' });
  if (status === 0) return true;
  console.error(`${stdout}npm run mutate: ${command} failed (${error?.message ?? `exit status ${status}`})`);
  process.exitCode = 69;
  return false;
}
