import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { agentFor } from '../../../src/agents/registry.ts';
import type { AgentName, Signal } from '../../../src/core/model/facts.ts';
import { READING } from '../../kit/reading.ts';
import { NOON } from '../all/reading.ts';

const CAPTURES = new URL('../', import.meta.url);
/** A value of JSON that has no others in it. */
const SIMPLE = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|null|true|false/g;
/** In place of one: what is and what is not the same to a program that reads JSON. */
const VALUES = [
  '"a"',
  '""',
  '"\\u0061\\"b\\\\"',
  '"\\\\"',
  '"a\\nb"',
  '"It’s 😀 ],\\"stop_reason\\":null}}"',
  '"no space left on device"',
  '"Reconnecting... 1/5 (\\u0041)"',
  '"tab\there"',
  '"a","type":"error","b":"c"',
  '0',
  '07',
  '-0',
  '-3',
  '1.5',
  '1e3',
  '12345678901234567890',
  'null',
  'true',
  '[]',
  '{}',
  '{"a":[{"b":1}]}',
  '',
];
/** Values that are replaced in one line: a longer one adds no other forms. */
const MOST_REPLACED = 40;

const captured = (agent: string): readonly string[] => [
  ...new Set(
    globSync(`${agent}/captures/*.{stdout,stderr}`, { cwd: CAPTURES }).flatMap((file) =>
      readFileSync(new URL(file, CAPTURES), 'utf8')
        .split('\n')
        .filter((line) => line.startsWith('{')),
    ),
  ),
];

function* changed(line: string): Generator<string> {
  yield line;
  for (const { index, 0: old } of [...line.matchAll(SIMPLE)].slice(0, MOST_REPLACED)) {
    const [before, after] = [line.slice(0, index), line.slice(index + old.length)];
    for (const value of VALUES) yield before + value + after;
    // Twice, so that the last one counts; with a blank; torn; and with something behind it.
    yield `${before}${old},"thread_id":"b","session_id":"c","usage":{"input_tokens":9},"message":"d"${after}`;
    yield `${before} ${old}${after}`;
    yield before + old;
    yield `${line.slice(0, index + old.length)}}`;
  }
  yield `${line}}`;
  yield `${line}${line}`;
}

/** All that a line says; how calls look, in which every blank counts, is left out. */
const said = (agent: AgentName, line: string): readonly Signal[] =>
  agentFor(agent)
    .interpreter(READING, { atWall: () => NOON, zone: 'UTC', session: () => 'the-session' })
    .read([line])
    .map((signal) => (signal.kind === 'called' || signal.kind === 'returned' ? { ...signal, print: '', full: '', input: '' } : signal));

describe('an event in the form that its program writes means what the parsed one means', () => {
  test.each<AgentName>(['codex', 'gemini', 'qwen'])('%s', (agent) => {
    const lines = captured(agent).flatMap((line) => [...changed(line)]);
    // A blank at the end changes nothing in JSON, but no program writes it.
    const other = lines.filter((line) => JSON.stringify(said(agent, line)) !== JSON.stringify(said(agent, `${line} `)));
    expect(other).toEqual([]);
  });
});
