import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { register as registerBackup } from '../../src/cli/backup.ts';
import { register as registerRestore } from '../../src/cli/restore.ts';
import { keepEnvironment, readEnvironment } from '../../src/store/environment.ts';
import { openReader } from '../../src/store/reader.ts';
import { openStore } from '../../src/store/store.ts';
import { look } from '../kit/kept-state.ts';
import { leased, stateDirectory } from '../kit/opened-store.ts';
import { newRunNamed, noting } from '../kit/samples-of-decisions.ts';

async function filled() {
  const where = stateDirectory();
  const store = openStore(where, await leased(where), () => false);
  store.record([noting(newRunNamed('job'), 1), noting(newRunNamed('other'), 2)]);
  store.close();
  keepEnvironment(where, 'job-environment', { TOKEN: 'secret' });
  return { where, file: join(where.stateDir, '..', `${randomUUID()}.backup`) };
}

const names = (where: Parameters<typeof openReader>[0]): readonly string[] => {
  const reader = openReader(where);
  const found = reader.runs().map(({ name }) => name);
  reader.close();
  return found;
};

describe('a backup', () => {
  test('is one file that only this user can read, and its output shows no secrets', async () => {
    const { where, file } = await filled();
    const { out } = await look(registerBackup, where, 'backup', file, '--json');
    expect(JSON.parse(out)).toEqual({ file: expect.stringContaining('.backup'), runs: 2, environments: 1 });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(out).not.toContain('secret');
    rmSync(file);
  });

  test('never replaces a file', async () => {
    const { where, file } = await filled();
    writeFileSync(file, 'mine');
    expect((await look(registerBackup, where, 'backup', file)).thrown).toMatchObject({ exitCode: 64 });
    expect(readFileSync(file, 'utf8')).toBe('mine');
    expect(readdirSync(where.stateDir).filter((name) => name.endsWith('.new'))).toEqual([]);
    rmSync(file);
  });

  test('is refused if the state is damaged', async () => {
    const { where, file } = await filled();
    rmSync(`${where.database}-wal`, { force: true });
    rmSync(`${where.database}-shm`, { force: true });
    writeFileSync(where.database, Buffer.alloc(8192, 'garbage'));
    expect((await look(registerBackup, where, 'backup', file)).thrown).toMatchObject({ kind: 'corrupt' });
    expect(existsSync(file)).toBe(false);
  });
});

describe('a restored state', () => {
  test('is what was backed up, with its environments; the previous state is kept aside', async () => {
    const { where, file } = await filled();
    await look(registerBackup, where, 'backup', file);
    rmSync(where.environments, { recursive: true });
    for (const end of ['-wal', '-shm']) rmSync(`${where.database}${end}`, { force: true });
    writeFileSync(where.database, 'damaged');
    const { out } = await look(registerRestore, where, 'restore', file, '--json');
    const { aside, runs } = JSON.parse(out);
    expect([runs, readFileSync(join(aside, 'dogwatch.db'), 'utf8'), names(where)]).toEqual([2, 'damaged', ['job', 'other']]);
    expect(readEnvironment(where, 'job-environment')).toEqual({ TOKEN: 'secret' });
    expect([where.database, join(where.environments, 'job-environment')].map((path) => statSync(path).mode & 0o777)).toEqual([
      0o600, 0o600,
    ]);
    rmSync(file);
  });

  test.each<[string, string | null, object]>([
    ['no file', null, { exitCode: 64 }],
    ['another file', 'something else', { kind: 'corrupt' }],
  ])('%s: refused, and nothing is touched', async (_, text, problem) => {
    const { where, file } = await filled();
    if (text !== null) writeFileSync(file, text);
    const before = readdirSync(where.stateDir);
    expect((await look(registerRestore, where, 'restore', file)).thrown).toMatchObject(problem);
    expect(readdirSync(where.stateDir)).toEqual(before);
    rmSync(file, { force: true });
  });
});
