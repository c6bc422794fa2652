import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Environment, ToolsEnvironment } from '../contract/agent.ts';

/** Nobody writes a configuration file longer than this. */
const MAX_BYTES = 2 ** 20;
const SYSTEM = ['/etc/codex/config.toml', '/etc/codex/managed_config.toml'];
const MOST_PARENTS = 64;

/**
 * The configuration files that say which variables codex's tools get (codex 0.171.0): codex's own
 * and its profiles, the project's, and the system's. Their values are not read: only codex knows
 * which layer and profile wins, and what a newer version's key means. Variables that dogwatch sets
 * by name get through in any case.
 */
export function toolsEnvironmentIn(home: string, cwd: string): readonly ToolsEnvironment[] {
  return [...new Set([...SYSTEM, ...profilesIn(home), ...projectsOf(cwd)])].flatMap((path) => {
    const text = textOf(path);
    if (text === null) return [];
    if (text === 'unreadable') return { path, doubt: text };
    const lines = text.split('\n').filter((line) => !/^\s*#/.test(line));
    if (!lines.some((line) => line.includes('shell_environment_policy'))) return [];
    const isFiltered = lines.some((line) => /\b(?:include_only|filters)\b/.test(line)) && !lines.some((line) => /DOGWATCH/.test(line));
    return { path, doubt: isFiltered ? 'filtered' : null };
  });
}

/** `config.toml`, and `NAME.config.toml` for each profile. */
function profilesIn(home: string): string[] {
  try {
    return readdirSync(home)
      .filter((name) => /(?:^|\.)config\.toml$/.test(name))
      .sort()
      .map((name) => join(home, name));
  } catch {
    return [];
  }
}

function projectsOf(cwd: string): string[] {
  const found: string[] = [];
  for (let at = cwd; found.length < MOST_PARENTS; at = dirname(at)) {
    found.push(join(at, '.codex', 'config.toml'));
    if (dirname(at) === at) break;
  }
  return found;
}

/** The file's text, or null if there is no such file. */
function textOf(path: string): string | 'unreadable' | null {
  try {
    const text = readFileSync(path, 'utf8');
    return text.length > MAX_BYTES ? 'unreadable' : text;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' || code === 'ENOTDIR' ? null : 'unreadable';
  }
}

/** Options that set these variables for codex's tools, whatever else codex filters out. */
export const settingForTools = (variables: Environment): readonly string[] =>
  Object.entries(variables).flatMap(([name, value]) => ['-c', `shell_environment_policy.set.${name}=${JSON.stringify(value)}`]);
