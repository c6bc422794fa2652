import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ANTHROPIC } from './anthropic-api.ts';
import { GEMINI_API } from './gemini-api.ts';
import { CLAUDE, CODEX, GEMINI, type PinnedAgent, QWEN } from './install.ts';
import { type Answer, type Api, CHAT } from './model-server.ts';
import { RESPONSES } from './responses-api.ts';

/** A real agent CLI in a home of its own, whose model is on loopback. */
export interface Subject {
  readonly pinned: PinnedAgent;
  readonly api: Api;
  /** Its tools find `dogwatch` only by its path. */
  readonly loginShell?: true;
  /** Where it keeps its sessions, below its home. */
  readonly sessions: string;
  /** The command, given the program. */
  command(program: string): readonly string[];
  /** Prepares its home and gives its variables. */
  environment(home: string, url: string): Readonly<Record<string, string>>;
  /** What the model says to run a command. */
  shell(command: string): Answer;
}

const JOB = 'Write one, two and three.';

export const SUBJECTS: Readonly<Record<string, Subject>> = {
  claude: {
    pinned: CLAUDE,
    api: ANTHROPIC,
    sessions: '.claude/projects',
    command: (program) => [program, '-p', '--dangerously-skip-permissions', JOB],
    environment: (home, url) => ({
      ANTHROPIC_BASE_URL: url,
      ANTHROPIC_API_KEY: 'sk-ant-none',
      CLAUDE_CONFIG_DIR: join(home, '.claude'),
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      DISABLE_AUTOUPDATER: '1',
      DISABLE_ERROR_REPORTING: '1',
      DISABLE_TELEMETRY: '1',
      // It refuses to skip permissions as root, but in a sandbox.
      IS_SANDBOX: '1',
    }),
    shell: (command) => ({ tool: 'Bash', args: { command, description: 'a step of the job', timeout: 600_000 } }),
  },
  codex: {
    pinned: CODEX,
    api: RESPONSES,
    sessions: '.codex/sessions',
    loginShell: true,
    command: (program) => [program, 'exec', '--skip-git-repo-check', JOB],
    environment(home, url) {
      const directory = join(home, '.codex');
      mkdirSync(directory, { recursive: true });
      writeFileSync(join(directory, 'config.toml'), codexConfig(url));
      return { CODEX_HOME: directory, LOOPBACK_KEY: 'none' };
    },
    shell: (cmd) => ({ tool: 'exec_command', args: { cmd, yield_time_ms: 300_000 } }),
  },
  gemini: {
    pinned: GEMINI,
    api: GEMINI_API,
    sessions: '.gemini/tmp',
    command: (program) => [process.execPath, program, '-m', 'gemini-2.5-pro', '-y', '-p', JOB],
    environment(home, url) {
      mkdirSync(join(home, '.gemini'), { recursive: true });
      const security = { auth: { selectedType: 'gemini-api-key' } };
      const settings = { security, privacy: { usageStatisticsEnabled: false }, general: { enableAutoUpdate: false } };
      writeFileSync(join(home, '.gemini', 'settings.json'), JSON.stringify(settings));
      return { GEMINI_API_KEY: 'none', GOOGLE_GEMINI_BASE_URL: url, GEMINI_CLI_TRUST_WORKSPACE: 'true' };
    },
    shell: (command) => ({ tool: 'run_shell_command', args: { command, description: 'a step of the job' } }),
  },
  qwen: {
    pinned: QWEN,
    api: CHAT,
    sessions: '.qwen/projects',
    command: (program) => [process.execPath, program, '-y', JOB],
    environment: (_home, url) => ({ OPENAI_API_KEY: 'none', OPENAI_BASE_URL: `${url}/v1`, OPENAI_MODEL: 'scripted' }),
    shell: (command) => ({ tool: 'run_shell_command', args: { command, description: 'a step of the job', is_background: false } }),
  },
};

const codexConfig = (url: string): string => `model = "scripted"
model_provider = "loopback"
approval_policy = "never"
sandbox_mode = "danger-full-access"
check_for_update_on_startup = false
[model_providers.loopback]
name = "loopback"
base_url = "${url}/v1"
wire_api = "responses"
env_key = "LOOPBACK_KEY"
[analytics]
enabled = false
[features]
plugins = false
apps = false
`;
