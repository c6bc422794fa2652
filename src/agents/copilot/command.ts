import type { Grammar } from '../command/grammar.ts';

/** The options of `copilot` (1.0.102). */
export const COPILOT: Grammar = {
  agent: 'copilot',
  subcommands: [],
  alone: ['acp', 'allow-all', 'allow-all-mcp-server-instructions', 'allow-all-paths', 'allow-all-tools', 'allow-all-urls'].concat(
    ['assisted-approval', 'autopilot', 'banner', 'continue', 'disable-builtin-mcps', 'disable-client-telemetry', 'disallow-temp-dir'],
    ['enable-all-github-mcp-tools', 'enable-memory', 'experimental', 'fleet', 'help', 'plain-diff', 'plan', 'remote', 'remote-export'],
    ['screen-reader', 'share-gist', 'silent', 'trust-folder', 'version', 'yolo'],
  ),
  valued: ['add-dir', 'add-github-mcp-tool', 'add-github-mcp-toolset', 'additional-mcp-config', 'agent', 'attachment', 'auto-tier'].concat(
    ['bash-env', 'connect', 'context', 'directory', 'disable-mcp-server', 'dynamic-retrieval', 'enable-mcp-server'],
    ['environment-compute-id', 'environment-host', 'extension-sdk-path', 'interactive', 'log-dir', 'log-level', 'max-ai-credits'],
    ['max-autopilot-continues', 'mcp-github-auth', 'mode', 'model', 'mouse', 'name', 'output-format', 'plugin-dir', 'prefer-version'],
    ['prompt', 'reasoning-effort', 'resume', 'session-id', 'share', 'stream', 'worktree'],
  ),
  greedy: ['allow-tool', 'allow-url', 'available-tools', 'deny-tool', 'deny-url', 'excluded-tools', 'secret-env-vars'],
  short: { C: 'directory', h: 'help', i: 'interactive', n: 'name', p: 'prompt', r: 'resume', s: 'silent', v: 'version' },
};
