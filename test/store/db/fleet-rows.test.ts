import { statSync } from 'node:fs';
import { expect, test } from 'vitest';
import { emptyOutbox, type Outbox, outboxStep, reopened } from '../../../src/core/fleet/outbox.ts';
import { openStore } from '../../../src/store/store.ts';
import { leased, opened, stateDirectory } from '../../kit/opened-store.ts';

const at = (nowMs: number) => ({ nowMs, nowWall: 1_700_000_000_000 + nowMs });
const changed = (outbox: Outbox, key: string, document: string, nowMs: number) =>
  outboxStep(outbox, { kind: 'changed', key, document }, at(nowMs)).outbox;
const stored = ({ last, rows, engine }: Outbox) => ({ last, rows, engine });

test('nothing is stored: an empty outbox', async () => {
  const store = await opened(stateDirectory());
  expect(store.fleet.read()).toEqual({ last: 0, rows: new Map(), engine: null });
});

test('what was kept is read again by the next holder, in the same file, for the owner only', async () => {
  const where = stateDirectory();
  const first = openStore(where, await leased(where), () => false);
  const two = changed(changed(emptyOutbox(0), 'a', '{"state":"working"}', 1), 'b', '', 2);
  const sent = outboxStep(two, { kind: 'tick' }, at(3)).outbox;
  const written = outboxStep(sent, { kind: 'swapped', result: { kind: 'written', rev: 7 } }, at(4)).outbox;
  const doubtful = outboxStep({ ...written, engine: 'made then' }, { kind: 'tick' }, at(5)).outbox;
  first.fleet.keep(stored(doubtful));
  first.close();

  const store = openStore(where, await leased(where), () => false);
  const read = store.fleet.read();
  store.close();
  expect(read).toEqual(stored(doubtful));
  expect(reopened({ ...emptyOutbox(6), ...read }, 6)).toEqual({ ...doubtful, asked: null, audited: 0, nextMs: 6, auditMs: 5006 });
  expect(statSync(where.database).mode & 0o777).toBe(0o600);
});

test('only the rows that changed are written, and another holder writes nothing', async () => {
  const where = stateDirectory();
  const store = openStore(where, await leased(where), () => false);
  const one = changed(emptyOutbox(0), 'a', 'x', 1);
  store.fleet.keep(stored(one));
  const two = changed(one, 'b', 'y', 2);
  store.fleet.keep({ ...stored(two), rows: new Map([['b', two.rows.get('b')!]]) });
  expect(store.fleet.read()).toEqual(stored(two));
  await leased(where, { bootId: 'boot-1', pid: 102, startTicks: 1002 });
  expect(() => store.fleet.keep(stored(two))).toThrow(/lease/);
  store.close();
});
