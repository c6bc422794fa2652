import { chmodSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { expect } from 'vitest';
import { type Ran, type Stage, story } from '../../kit/stage.ts';

const AGENT = ['--detach', '--', './agent.sh'];

interface Row {
  readonly title: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly before?: (stage: Stage) => void;
  readonly code: number;
  readonly says: readonly string[];
}

const ROWS: readonly Row[] = [
  {
    title: 'a missing command',
    args: ['run', '--', 'opencod', 'run'],
    env: { PATH: '/nowhere:/bin' },
    code: 69,
    says: ['opencod', '/nowhere:/bin'],
  },
  { title: 'a missing command with a path', args: ['run', '--', './absent'], code: 69, says: ['work/absent'] },
  {
    title: 'a file that is not executable',
    args: ['run', '--', './text'],
    before: (stage) => void stage.write('text', 'x'),
    code: 69,
    says: ['work/text', 'executable'],
  },
  { title: 'no command at all', args: ['run', '--name', 'x'], code: 64, says: ['command'] },
  { title: 'a name with a slash', args: ['run', '--name', 'a/b', ...AGENT], code: 64, says: ['"a/b"', 'letters'] },
  { title: 'a name that begins with a dot', args: ['run', '--name', '..', ...AGENT], code: 64, says: ['".."'] },
  { title: 'an empty name', args: ['run', '--name', '', ...AGENT], code: 64, says: ['""'] },
  { title: 'a name with an escape', args: ['run', '--name', '\u001b[31mred', ...AGENT], code: 64, says: ['\\u001b[31mred'] },
  { title: 'a bad pattern', args: ['run', '--done-log', '(', ...AGENT], code: 64, says: ['--done-log'] },
  { title: 'a missing directory', args: ['run', '--cwd', '/nowhere', ...AGENT], code: 64, says: ['--cwd', '/nowhere'] },
  { title: 'a log that is a directory', args: ['run', '--log', '.', ...AGENT], code: 64, says: ['--log', 'directory'] },
  { title: 'an unknown agent', args: ['run', '--agent', 'hal', ...AGENT], code: 64, says: ['hal', 'opencode'] },
  { title: 'an unknown option', args: ['run', '--detatch', ...AGENT], code: 64, says: ['--detatch', '--detach'] },
  { title: 'an unknown command of dogwatch', args: ['statsu'], code: 64, says: ['statsu', 'status'] },
  {
    title: 'several bad settings, all of them reported',
    args: ['run', ...AGENT],
    env: { DOGWATCH_IDLE: '5', DOGWATCH_MAX_RESUMES: 'many', DOGWATCH_GRACE: '-1s' },
    code: 78,
    says: ['3 settings', 'DOGWATCH_IDLE', 'DOGWATCH_MAX_RESUMES', 'DOGWATCH_GRACE'],
  },
  {
    title: 'a state directory that is not an absolute path',
    args: ['run', ...AGENT],
    env: { DOGWATCH_STATE_DIR: 'here' },
    code: 78,
    says: ['DOGWATCH_STATE_DIR'],
  },
];

for (const { title, args, env, before, code, says } of ROWS)
  story(`${title}: nothing is registered, and nothing is left behind`, async ({ stage }) => {
    stage.agent('exec sleep 1000');
    before?.(stage);
    const ran = await stage.dogwatch(args, { env: env ?? {} });
    expect([ran.code, ran.stderr]).toEqual([code, expect.anything()]);
    for (const text of says) expect(ran.stderr).toContain(text);
    plain(ran);
    expect(filesOf(stage.where.stateDir)).toEqual([]);
    expect(stage.lives()).toEqual([]);
  });

/** Words for a person: no stack, and no escape sequence from the input. */
function plain({ stdout, stderr }: Ran): void {
  expect(`${stdout}${stderr}`).not.toMatch(/^\s+at /m);
  expect(`${stdout}${stderr}`).not.toContain('\u001b');
}

function filesOf(directory: string): readonly string[] {
  try {
    return readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .map(({ name }) => name);
  } catch {
    return [];
  }
}

const COMMANDS: readonly (readonly string[])[] = [
  ['run', ...AGENT],
  ['watch'],
  ['status'],
  ['stop', 'job'],
  ['explain', 'job'],
  ['history', 'job'],
];

/** What every command says about a state that cannot be used. */
async function refused(stage: Stage, code: number, ...says: readonly string[]): Promise<void> {
  for (const args of COMMANDS) {
    const ran = await stage.dogwatch(args);
    expect([args[0], ran.code, ran.stderr]).toEqual([args[0], code, expect.anything()]);
    for (const text of says) expect([args[0], ran.stderr]).toEqual([args[0], expect.stringContaining(text)]);
    plain(ran);
  }
  expect(stage.lives()).toEqual([]);
}

story('a state directory below a file', async ({ stage }) => {
  stage.agent('exec sleep 1000');
  writeFileSync(stage.where.stateDir, 'a file');
  for (const args of [['run', ...AGENT], ['watch']]) {
    const ran = await stage.dogwatch(args);
    expect([args[0], ran.code, ran.stderr]).toEqual([args[0], 78, expect.stringContaining('DOGWATCH_STATE_DIR')]);
    plain(ran);
  }
});

story('a damaged state is refused, and left unchanged', async ({ stage }) => {
  stage.agent('exec sleep 1000');
  mkdirSync(stage.where.stateDir, { mode: 0o700 });
  writeFileSync(stage.where.database, 'no database at all, and long enough to be looked at '.repeat(100));
  await refused(stage, 69, stage.where.database);
});

story('a newer dogwatch’s state is refused, and left unchanged', async ({ stage }) => {
  stage.agent('exec sleep 1000');
  const watchdog = await stage.watch();
  await stage.kill(watchdog);
  const db = new DatabaseSync(stage.where.database);
  const { user_version: version } = db.prepare('PRAGMA user_version').get() as { user_version: number };
  db.exec(`PRAGMA user_version = ${version + 1}`);
  db.close();
  await refused(stage, 78, 'newer');
});

story('a second active run with the same name is refused, and the first is left alone', async ({ stage }) => {
  stage.agent('exec sleep 1000');
  await stage.does(['run', '--name', 'job', '--done-file', 'done', ...AGENT]);
  const before = filesOf(stage.where.environments);
  const ran = await stage.dogwatch(['run', '--name', 'job', ...AGENT]);
  expect([ran.code, ran.stderr]).toEqual([64, expect.stringContaining('dogwatch stop job')]);
  plain(ran);
  expect(filesOf(stage.where.environments)).toEqual(before);
  expect(stage.run()?.generation).toBe(1);
});

story('a name that looks like a setting is pointed out, and the run starts', async ({ stage }) => {
  stage.agent('echo x >done');
  const { stderr } = await stage.does(['run', '--name', 'job', '--done-file', 'done', ...AGENT], { env: { DOGWATCH_IDEL: '3m' } });
  expect(stderr).toContain('DOGWATCH_IDEL is not a setting; did you mean DOGWATCH_IDLE?');
  await stage.inState('complete');
});

story('a file in the inbox that is not a request is set aside', async ({ stage }) => {
  stage.agent('echo x >done');
  await stage.watch();
  writeFileSync(`${stage.where.inbox}/1-garbage.json`, '{"kind":"operator"');
  writeFileSync(`${stage.where.inbox}/2-other.json`, '{"id":"x","kind":"destroy"}');
  symlinkSync('/etc/passwd', `${stage.where.inbox}/3-link.json`);
  mkdirSync(`${stage.where.inbox}/4-directory.json`);
  chmodSync(`${stage.where.inbox}/1-garbage.json`, 0o000);
  await stage.does(['run', '--name', 'job', '--done-file', 'done', ...AGENT]);
  await stage.inState('complete');
  expect(readdirSync(`${stage.where.inbox}/refused`).sort()).toEqual(['1-garbage.json', '2-other.json', '3-link.json', '4-directory.json']);
});

const STRANGE_RUNS = ['../job', '/etc/passwd', 'job\u001b[31m', 'job\nrun', '$(touch x)', 'x'.repeat(100_000), '', '-x', '*'];
/** They take patterns. */
const OF_SEVERAL = ['status', 'pause', 'unpause', 'resume', 'stop', 'ack'];
const OF_A_RUN = ['status', 'explain', 'history', 'logs', 'pause', 'unpause', 'resume', 'stop', 'ack', 'replay', 'watch'];

story('an impossible run name is refused by every command in a few words, and nothing is done', async ({ stage }) => {
  stage.agent('exec sleep 1000');
  await stage.does(['run', '--name', 'job', '--done-file', 'done', ...AGENT]);
  await stage.inState('working');
  for (const command of [...OF_A_RUN.map((name) => [name]), ...['done', 'progress', 'blocked'].map((name) => [name, '--because', 'x'])])
    for (const run of STRANGE_RUNS) {
      // For these it is a pattern, and the run matches.
      if (run === '*' && OF_SEVERAL.includes(command[0]!)) continue;
      const ran = await stage.dogwatch([...command, '--', run]);
      const given = [command[0], run.slice(0, 20)];
      // An agent's own commands are outside of a run here; for replay, an argument with a slash is
      // a file.
      const looksForRun = OF_A_RUN.includes(command[0]!) && !(command[0] === 'replay' && run.includes('/'));
      const code = looksForRun ? 66 : 64;
      expect([...given, ran.code, ran.stderr]).toEqual([...given, code, expect.stringMatching(/^dogwatch: /)]);
      expect(ran.stderr.length).toBeLessThan(2000);
      plain(ran);
    }
  // The run itself continues: its evidence is gathered and inspected.
  expect(
    stage
      .history()
      .filter(({ observation }) => 'request' in observation)
      .map(({ observation }) => observation.kind),
  ).toEqual(['run.registered']);
  expect(stage.run()).toMatchObject({ generation: 1, tried: 1, paused: null, stopping: null, blocked: null, claim: null, milestone: null });
  expect(stage.lives()).toHaveLength(1);
  expect(readdirSync(stage.cwd)).not.toContain('x');
});
