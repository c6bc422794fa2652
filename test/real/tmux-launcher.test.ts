import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { findTmux } from '../../src/launch/launchers/tmux.ts';
import { unpackedIn, whyNotUnpacked } from './unpacked.ts';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

interface Report {
  readonly testResults: readonly { readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[] }[];
}

test('attempts in tmux fulfil the contract of all launchers', ({ skip }) => {
  const why = findTmux() === null ? whyNotUnpacked('tmux', 'tmux') : null;
  if (why !== null) skip(why);
  const directory = mkdtempSync(join(tmpdir(), 'dogwatch-tmux-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const out = join(directory, 'report.json');
  const files = ['test/processes/launch/launchers.test.ts', 'test/processes/run/launchers.test.ts'];
  const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--project', 'processes', '--reporter', 'json', '--outputFile', out, ...files];
  const { PATH = '', HOME = '/' } = process.env;
  const env = { PATH: findTmux() === null ? `${unpackedIn('tmux')}/bin:${PATH}` : PATH, HOME };
  const { stderr } = spawnSync(process.execPath, vitest, { cwd: PROJECT, env, encoding: 'utf8' });
  const report: Report = JSON.parse(readFileSync(out, 'utf8'));
  const results = report.testResults.flatMap(({ assertionResults }) => assertionResults);
  expect(results.filter(({ status }) => status === 'failed').map(({ fullName }) => `${fullName}\n${stderr}`)).toEqual([]);
  const ours = results.filter(({ fullName }) => /started as tmux|^a window|tmux/.test(fullName));
  expect(ours.filter(({ status }) => status !== 'passed')).toEqual([]);
  expect(ours.length).toBeGreaterThan(14);
});
