import { Command } from 'commander';
import { vi } from 'vitest';

export interface Ran {
  readonly out: string;
  readonly exitCode: number | string | null | undefined;
  /** What the command threw, or null if nothing. */
  readonly thrown: unknown;
}

/**
 * Runs one command of the program in this process, with these variables instead of the process's
 * own `DOGWATCH_…`.
 */
export async function runCommand(register: (program: Command) => void, argv: readonly string[], env: Record<string, string>): Promise<Ran> {
  const written: string[] = [];
  const program = new Command('dogwatch').exitOverride().configureOutput({ writeOut: (text) => written.push(text) });
  register(program);
  for (const command of program.commands) command.exitOverride().copyInheritedSettings(program);
  const out = vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  for (const name of Object.keys(process.env).filter((one) => one.startsWith('DOGWATCH_'))) vi.stubEnv(name, undefined);
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  const exitCodeBefore = process.exitCode;
  try {
    const thrown = await program.parseAsync(argv, { from: 'user' }).then(
      () => null,
      (error: unknown) => error,
    );
    return { out: written.join(''), exitCode: process.exitCode, thrown };
  } finally {
    process.exitCode = exitCodeBefore;
    out.mockRestore();
    vi.unstubAllEnvs();
  }
}
