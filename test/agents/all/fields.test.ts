import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { messageTrail } from '../../../src/agents/calls/message-trail.ts';
import type { Trail } from '../../../src/agents/calls/open.ts';
import { clineTrail } from '../../../src/agents/cline/trail.ts';
import { codexTrail } from '../../../src/agents/codex/trail.ts';
import { copilotTrail } from '../../../src/agents/copilot/trail.ts';
import { geminiTrail } from '../../../src/agents/gemini/trail.ts';
import { outputTrail } from '../../../src/agents/opencode/trail.ts';
import { piTrail } from '../../../src/agents/pi/trail.ts';
import { AGENTS } from '../../../src/agents/registry.ts';
import type { Signal } from '../../../src/core/model/facts.ts';
import { sumOf } from '../../../src/core/spend/tokens.ts';
import { READING } from '../../kit/reading.ts';
import { NOON } from './reading.ts';

/** One of each type that JSON has. */
const VALUES = [null, true, 7, 'x', [], {}] as const;
/** A longer log adds no other events. */
const MOST_LINES = 120;

/** The calls that a resume finds without a result. */
const TRAILS: Readonly<Record<string, (lines: readonly string[]) => Trail>> = {
  claude: messageTrail,
  qwen: messageTrail,
  gemini: geminiTrail,
  codex: codexTrail,
  opencode: outputTrail,
  pi: piTrail,
  copilot: copilotTrail,
  cline: clineTrail,
};

type Path = readonly (string | number)[];

const typeOf = (value: unknown): string => (value === null ? 'null' : Array.isArray(value) ? 'list' : typeof value);

function pathsIn(value: unknown, at: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, one]) => {
    const path = [...at, Array.isArray(value) ? Number(name) : name];
    return [path, ...pathsIn(one, path)];
  });
}

const valueAt = (event: unknown, path: Path): unknown => path.reduce((value, name) => (value as Record<string, unknown>)[name], event);

function put(event: unknown, [name, ...rest]: Path, value: unknown): unknown {
  if (name === undefined) return value;
  const part = put((event as Record<string, unknown>)[name], rest, value);
  if (Array.isArray(event)) return event.map((one, index) => (index === name ? part : one));
  return Object.fromEntries(Object.entries(event as object).map(([key, one]) => [key, key === name ? part : one]));
}

const parsed = (line: string): unknown => {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
};

/** The signals of a log, or of a record, as one process reads it from its beginning. */
function reader(agent: (typeof AGENTS)[number], file: string): ((lines: readonly string[]) => readonly Signal[]) | null {
  const context = { atWall: () => NOON, zone: 'UTC', session: () => 'the-session' };
  const of = file.endsWith('.record.jsonl') ? agent.records?.interpreter.bind(agent.records) : agent.interpreter.bind(agent);
  return of === undefined ? null : (lines) => of(READING, context).read(lines);
}

/** What is said of money, completion, limits and sessions that the line did not say before. */
function added(before: readonly Signal[], after: readonly Signal[]): readonly Signal[] {
  const has = (isSame: (one: Signal) => boolean) => before.some(isSame);
  const wells = (signals: readonly Signal[]) => signals.filter((one) => one.kind === 'turn' && one.well).length;
  const isNew = (signal: Signal): boolean => {
    switch (signal.kind) {
      case 'session':
        return !has((one) => one.kind === 'session' && one.id === signal.id);
      case 'turn':
        return signal.well && wells(after) > wells(before);
      case 'limit':
        return !has((one) => one.kind === 'limit' && [null, one.resetsAtWall].includes(signal.resetsAtWall));
      case 'cap':
      case 'done':
        return !has(({ kind }) => kind === signal.kind);
      case 'window': {
        const { name, usedPercent, resetsAtWall } = signal;
        return !has(
          (one) =>
            one.kind === 'window' &&
            one.name === name &&
            [null, one.usedPercent].includes(usedPercent) &&
            [null, one.resetsAtWall].includes(resetsAtWall),
        );
      }
      case 'usage': {
        const tokens = (one: typeof signal) => one.shares.reduce((sum, share) => sum + sumOf(share.tokens), 0);
        const usd = (one: typeof signal) => one.shares.reduce((sum, { money }) => sum + (money?.usd ?? 0), 0);
        return !has(
          (one) =>
            one.kind === 'usage' &&
            one.of === signal.of &&
            one.id === signal.id &&
            tokens(signal) <= tokens(one) &&
            usd(signal) <= usd(one),
        );
      }
      default:
        return false;
    }
  };
  return after.filter(isNew);
}

test.each(AGENTS.map((agent) => [agent.name, agent] as const))(
  '%s: a field of another type throws nothing away but itself, and makes up no fact',
  { timeout: 120_000 },
  (name, agent) => {
    const directory = new URL(`../${name}/captures/`, import.meta.url);
    const seen = new Set<string>();
    const broken: string[] = [];
    let tried = 0;
    for (const file of readdirSync(directory)) {
      const lines = readFileSync(new URL(file, directory), 'utf8').split('\n').slice(0, MOST_LINES);
      const read = reader(agent, file);
      if (read === null) continue;
      const before = read(lines);
      for (const [index, line] of lines.entries()) {
        const event = parsed(line);
        for (const path of pathsIn(event)) {
          const now = valueAt(event, path);
          // Each event and field once, wherever it stands.
          const key = JSON.stringify([
            typeof event === 'object' && event !== null && 'type' in event ? event.type : null,
            path,
            typeOf(now),
          ]);
          if (seen.has(key)) continue;
          seen.add(key);
          for (const value of VALUES) {
            if (typeOf(value) === typeOf(now)) continue;
            tried += 1;
            const other = JSON.stringify(put(event, path, value));
            try {
              const [fact] = added(before, read(lines.with(index, other)));
              TRAILS[name]?.([other]);
              agent.said(other);
              if (fact !== undefined) broken.push(`${file}: ${path.join('.')} = ${JSON.stringify(value)}: ${JSON.stringify(fact)}`);
            } catch (error) {
              broken.push(`${file}: ${path.join('.')} = ${JSON.stringify(value)}: ${error}`);
            }
          }
        }
      }
    }
    expect(broken).toEqual([]);
    expect(tried).toBeGreaterThan(100);
  },
);
