import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openInRollout } from '../../../src/agents/codex/trail.ts';

const STARTED = Date.UTC(2026, 10, 30);
const at = (seconds: number): string => new Date(STARTED + seconds * 1000).toISOString();

const recorded = (id: string, seconds: number, command: string) => ({
  timestamp: at(seconds),
  type: 'response_item',
  payload: { type: 'function_call', call_id: id, name: 'exec_command', arguments: JSON.stringify({ cmd: command, workdir: '/srv' }) },
});
const answered = (id: string, seconds: number) => ({
  timestamp: at(seconds),
  type: 'response_item',
  payload: { type: 'function_call_output', call_id: id, output: 'ok' },
});
const BEGUN = { type: 'thread.started', thread_id: 't1' };
const item = (state: 'started' | 'completed', id: string, its: object) => ({ type: `item.${state}`, item: { id, ...its } });
/** As it prints a command: quoted for a shell. */
const ran = (state: 'started' | 'completed', id: string, command: string) =>
  item(state, id, { type: 'command_execution', command: `/bin/bash -lc '${command.replaceAll("'", `'"'"'`)}'` });

const PUSH = "git push; printf 'x'";
const TAG = 'git tag v1';
const patched = (state: 'started' | 'completed', id: string) =>
  item(state, id, { type: 'file_change', changes: [{ path: '/srv/a.ts', kind: 'update' }] });
const PATCH = {
  timestamp: at(3),
  type: 'response_item',
  payload: { type: 'custom_tool_call', call_id: 'c3', name: 'apply_patch', input: '*** Begin Patch\n*** Update File: a.ts' },
};

function openIn(record: readonly object[], output: readonly object[]): readonly string[] {
  const directory = mkdtempSync(join(tmpdir(), 'dogwatch-rollout-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  mkdirSync(directory, { recursive: true });
  const lines = (events: readonly object[]) => events.map((event) => JSON.stringify(event));
  writeFileSync(join(directory, 'rollout-t1.jsonl'), lines(record).join('\n'));
  const file = { directory, pattern: 'rollout-*.jsonl' };
  return openInRollout(file, { wall: STARTED, output: lines(output) }).map(({ tool, input }) => `${tool} ${input}`);
}

const PUSHED = [recorded('c1', 1, PUSH), answered('c1', 2)];
const PRINTED = [ran('started', 'item_0', PUSH), ran('completed', 'item_0', PUSH)];

test.each<[what: string, record: object[], output: object[], open: RegExp[]]>([
  ['both have it whole', PUSHED, PRINTED, []],
  ['the record lost its result', PUSHED.slice(0, 1), PRINTED, [/^exec_command .*git push/]],
  [
    'the record lost the last one',
    PUSHED,
    [...PRINTED, ran('started', 'item_1', TAG), ran('completed', 'item_1', TAG)],
    [/^exec_command .*git tag/],
  ],
  ['the record lost one under way', PUSHED, [...PRINTED, ran('started', 'item_1', TAG)], [/^exec_command .*git tag/]],
  ['the record lost all', [], PRINTED, [/^exec_command .*git push/]],
  ['the output lost all', PUSHED.slice(0, 1), [], [/^exec_command .*git push/]],
  [
    'the same command twice, the second time without a trace in the record',
    PUSHED,
    [...PRINTED, ran('started', 'item_1', PUSH)],
    [/^exec_command .*git push/],
  ],
  [
    'a patch that both have',
    [...PUSHED, PATCH, answered('c3', 4)],
    [...PRINTED, patched('started', 'item_1'), patched('completed', 'item_1')],
    [],
  ],
  ['a patch that the record lost', PUSHED, [...PRINTED, patched('started', 'item_1')], [/^apply_patch /]],
  [
    'an attempt after it counts its items anew',
    [...PUSHED, recorded('c2', 5, TAG), answered('c2', 6)],
    [BEGUN, ...PRINTED, BEGUN, ran('started', 'item_0', TAG), ran('completed', 'item_0', TAG)],
    [],
  ],
])('%s', (_what, record, output, open) => {
  expect(openIn(record, output)).toEqual(open.map((one) => expect.stringMatching(one)));
});
