import { cleanEnvironment } from '../command/clean-environment.ts';
import { notStarted } from '../command/not-started.ts';

export type GitAnswer =
  /** Git's output, one character per byte: paths need not be UTF-8. */
  | { readonly kind: 'said'; readonly output: string }
  | { readonly kind: 'no-repository' }
  | { readonly kind: 'failed'; readonly because: string };

/** Runs git with these arguments. */
export type Git = (...args: string[]) => Promise<GitAnswer>;

/** Longest output that is read: a list of about 500,000 files. */
const MAX_OUTPUT_BYTES = 64 * 2 ** 20;

/** Runs no program that a repository's configuration names, and fetches nothing. */
const SAFE_CONFIGURATION = [
  ['core.fsmonitor', 'false'],
  ['core.hooksPath', '/dev/null'],
  ['protocol.allow', 'never'],
] as const;

/**
 * A git that only reads and takes no lock. The repository's filters are disabled by name, because
 * git has no other way.
 */
export const readOnlyGit = async (cwd: string, environment: NodeJS.ProcessEnv, deadline: AbortSignal): Promise<Git> =>
  gitWith(await withoutFilters(cwd, environment, deadline), cwd, environment, deadline);

/** For questions that read no file of the worktree. */
export const plainGit = (cwd: string, environment: NodeJS.ProcessEnv, deadline: AbortSignal): Git =>
  gitWith(SAFE_CONFIGURATION, cwd, environment, deadline);

async function withoutFilters(cwd: string, environment: NodeJS.ProcessEnv, deadline: AbortSignal): Promise<Configuration> {
  const listed = await gitWith(SAFE_CONFIGURATION, cwd, environment, deadline)('config', '--name-only', '-z', '--get-regexp', '^filter\\.');
  const names = listed.kind === 'said' ? filterNames(listed.output) : [];
  const off = names.flatMap((name) => [
    [`filter.${name}.clean`, ''] as const,
    [`filter.${name}.process`, ''] as const,
    [`filter.${name}.required`, 'false'] as const,
  ]);
  return [...SAFE_CONFIGURATION, ...off];
}

/** Runs git with these arguments, and text for its standard input, one character per byte. */
export type GitWithInput = (args: readonly string[], input?: string) => Promise<GitAnswer>;

/**
 * A git with an index of its own in a file. It writes objects and refs, but neither the index of
 * the repository nor its HEAD, and runs no hook. Filters are disabled unless `filters` is set.
 */
export async function ownIndexGit(
  cwd: string,
  environment: NodeJS.ProcessEnv,
  deadline: AbortSignal,
  indexFile: string,
  filters: 'off' | 'on' = 'off',
): Promise<GitWithInput> {
  const configuration = filters === 'off' ? await withoutFilters(cwd, environment, deadline) : SAFE_CONFIGURATION;
  return (args, input) => runGit(configuration, cwd, environment, deadline, args, { ...IDENTITY, GIT_INDEX_FILE: indexFile }, input);
}

const IDENTITY = {
  GIT_AUTHOR_NAME: 'dogwatch',
  GIT_AUTHOR_EMAIL: 'dogwatch@localhost',
  GIT_COMMITTER_NAME: 'dogwatch',
  GIT_COMMITTER_EMAIL: 'dogwatch@localhost',
};

type Configuration = readonly (readonly [key: string, value: string])[];

const gitWith =
  (configuration: Configuration, cwd: string, environment: NodeJS.ProcessEnv, deadline: AbortSignal): Git =>
  (...args) =>
    runGit(configuration, cwd, environment, deadline, args);

async function runGit(
  configuration: Configuration,
  cwd: string,
  environment: NodeJS.ProcessEnv,
  deadline: AbortSignal,
  args: readonly string[],
  own: NodeJS.ProcessEnv = {},
  input?: string,
): Promise<GitAnswer> {
  // Loaded when it is first needed: it takes several MB.
  const { execa } = await import('execa');
  const result = await execa('git', ['--no-optional-locks', ...args], {
    cwd,
    env: { ...environmentFor(environment), ...own, ...asVariables(configuration) },
    extendEnv: false,
    ...(input === undefined ? { stdin: 'ignore' as const } : { input: Buffer.from(input, 'latin1') }),
    reject: false,
    cancelSignal: deadline,
    forceKillAfterDelay: 1000,
    maxBuffer: MAX_OUTPUT_BYTES,
    stripFinalNewline: false,
    encoding: 'latin1',
  });
  if (!result.failed) return { kind: 'said', output: result.stdout };
  if (result.isCanceled) return { kind: 'failed', because: 'it took too long' };
  if (result.isMaxBuffer) return { kind: 'failed', because: `it printed more than ${MAX_OUTPUT_BYTES} bytes` };
  if (/not a git repository/.test(result.stderr)) return { kind: 'no-repository' };
  const [said = ''] = result.stderr.trim().split('\n');
  if (said !== '') return { kind: 'failed', because: said };
  if (result.exitCode !== undefined) return { kind: 'failed', because: `exit status ${result.exitCode}` };
  return { kind: 'failed', because: notStarted('git', cwd, result.originalMessage) };
}

/**
 * Removes variables, such as GIT_DIR, that would point git at another repository or make it run
 * something.
 */
const environmentFor = (environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(Object.entries(cleanEnvironment(environment)).filter(([name]) => !name.startsWith('GIT_'))),
  LC_ALL: 'C',
  GIT_NO_LAZY_FETCH: '1',
  GIT_TERMINAL_PROMPT: '0',
});

/** Not `-c KEY=VALUE`: a `=` in a filter's name would end the key. */
const asVariables = (configuration: Configuration): Record<string, string> =>
  Object.fromEntries([
    ['GIT_CONFIG_COUNT', String(configuration.length)],
    ...configuration.flatMap(([key, value], n) => [
      [`GIT_CONFIG_KEY_${n}`, key],
      [`GIT_CONFIG_VALUE_${n}`, value],
    ]),
  ]);

/** From `filter.NAME.clean`, where NAME may contain dots. */
const filterNames = (listed: string): string[] => [
  ...new Set(listed.split('\0').flatMap((key) => /^filter\.(.+)\.[^.]+$/s.exec(key)?.slice(1) ?? [])),
];
