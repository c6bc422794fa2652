import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { writeAtomically } from '../../../src/system/file/write-atomically.ts';

function tempDir(): string {
  const directory = mkdtempSync(join(tmpdir(), 'dogwatch-file-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return directory;
}

const WRITER = `
  const { writeAtomically } = await import(process.argv[2]);
  for (let round = 0; ; round++) {
    writeAtomically(process.argv[1], String(round % 10).repeat(1_000_000));
    if (round === 0) process.stdout.write('begun');
  }`;
const MODULE = new URL('../../../src/system/file/write-atomically.ts', import.meta.url).href;

test('a writer that is killed at any moment leaves the file whole, and nothing that grows', async () => {
  const directory = tempDir();
  const path = join(directory, 'state');
  for (let round = 0; round < 8; round++) {
    const writer = spawn(process.execPath, ['--input-type=module', '-e', WRITER, path, MODULE], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(writer.stdout, 'data');
    await new Promise((resolve) => setTimeout(resolve, 3 * round));
    writer.kill('SIGKILL');
    await once(writer, 'close');
    const text = readFileSync(path, 'utf8');
    expect([text.length, new Set(text).size]).toEqual([1_000_000, 1]);
    expect(readdirSync(directory).length).toBeLessThanOrEqual(2);
    const hourAgo = new Date(Date.now() - 3_600_000);
    for (const name of readdirSync(directory)) utimesSync(join(directory, name), hourAgo, hourAgo);
    writeAtomically(join(directory, 'state'), 'x'.repeat(1_000_000));
    expect(readdirSync(directory)).toEqual(['state']);
  }
});
