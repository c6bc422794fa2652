import type { AgentName, RunSpec, Signal } from '../core/types.ts';

/** Understands one log of one attempt: complete lines, without their line ends, oldest first. */
export interface Interpreter {
  read(lines: readonly string[]): Signal[];
}

export interface StartPlan {
  readonly argv: readonly string[];
  /** Null: /dev/null. */
  readonly stdin: string | null;
}

export interface Agent {
  readonly name: AgentName;
  readonly keepsSessions: boolean;
  recognises(argv: readonly string[]): boolean;
  prepare(command: readonly string[], unique: string): { readonly command: readonly string[] } | { readonly problem: string };
  start(spec: RunSpec): StartPlan;
  resume(spec: RunSpec, session: string | null, prompt: string): StartPlan;
  fresh(spec: RunSpec, digest: string): StartPlan;
  interpreter(spec: RunSpec): Interpreter;
  findSession(spec: RunSpec, environment: Readonly<Record<string, string>>, startedAtWall: number): Promise<string | null>;
}
