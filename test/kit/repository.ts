import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { type EvidenceQuestion, gatherEvidence } from '../../src/system/git/gather-evidence.ts';

/** A home with a directory `project`, new for each test. */
export let home: string;
export let repository: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'dogwatch-evidence-'));
  repository = join(home, 'project');
  mkdirSync(repository);
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

export const environment = () => ({ PATH: process.env.PATH, HOME: home, GIT_CONFIG_NOSYSTEM: '1' });

const AUTHOR = ['-c', 'user.name=jo', '-c', 'user.email=jo@localhost'];

export const git = (...args: string[]): string =>
  execFileSync('git', [...AUTHOR, ...args], { cwd: repository, env: environment(), encoding: 'utf8', stdio: 'pipe' });

export const write = (name: string, text: string): void => writeFileSync(join(repository, name), text);

export const gather = (more: Partial<EvidenceQuestion> = {}) =>
  gatherEvidence({ cwd: repository, progress: null, environment: environment(), deadlineMs: 60_000, ...more });

/** One commit with a.txt and src/b.txt. */
export function begin(...initArguments: string[]): void {
  git('init', '-q', ...initArguments);
  mkdirSync(join(repository, 'src'));
  write('a.txt', 'a\n');
  write('src/b.txt', 'b\n');
  write('.gitignore', 'ignored\n');
  git('add', '-A');
  git('commit', '-qm', 'begin');
}
