import type { DatabaseSync } from 'node:sqlite';
import { accountStatements } from './account-rows.ts';
import { removalStatements } from './removed-rows.ts';
import { spendStatements } from './spend-rows.ts';

/** Replies are kept for waiting commands, and so that no request is carried out twice. */
const REPLIES_KEPT = 10_000;
/** Pressure on disks comes and goes for years. */
const HOST_ROWS_KEPT = 10_000;

/** The number of the last decision. */
export const LAST_SEQ = 'SELECT max((SELECT coalesce(max(seq), 0) FROM journal), (SELECT coalesce(max(seq), 0) FROM host_journal)) AS seq';

/** The store's statements, prepared once. */
export const statements = (db: DatabaseSync) => ({
  spend: spendStatements(db),
  activeRuns: db.prepare('SELECT id, name, state, document FROM runs WHERE active = 1 ORDER BY rowid'),
  run: db.prepare('SELECT id, name, state, document FROM runs WHERE id = ?'),
  tried: db.prepare("SELECT id, CASE WHEN json_valid(document) THEN json_extract(document, '$.tried') END AS tried FROM runs"),
  lastSeq: db.prepare(LAST_SEQ),
  lastBoot: db.prepare('SELECT boot FROM journal ORDER BY seq DESC LIMIT 1'),
  unsettled: db.prepare(
    'SELECT a.id, a.document AS action, r.id AS runId, r.document AS run FROM actions a JOIN runs r ON r.id = a.run WHERE a.settled IS NULL ORDER BY a.seq, a.rowid',
  ),
  accounts: accountStatements(db),
  host: db.prepare('SELECT document FROM host'),
  keepHost: db.prepare('INSERT INTO host (one, document) VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET document = excluded.document'),
  hostJournal: db.prepare('INSERT INTO host_journal (seq, boot, observation, because, actions) VALUES (?, ?, ?, ?, ?)'),
  forgetHostJournal: db.prepare(
    `DELETE FROM host_journal WHERE seq <= (SELECT seq FROM host_journal ORDER BY seq DESC LIMIT 1 OFFSET ${HOST_ROWS_KEPT})`,
  ),
  removal: removalStatements(db),
  hasReply: db.prepare('SELECT 1 FROM replies WHERE request = ?'),
  keep: db.prepare(
    `INSERT INTO runs (id, name, generation, state, active, document) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET state = excluded.state, active = excluded.active, document = excluded.document`,
  ),
  journal: db.prepare(
    'INSERT INTO journal (seq, run, boot, observation, before, after, because, actions, given, events) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  ),
  action: db.prepare('INSERT INTO actions (id, run, seq, fence, kind, document) VALUES (?, ?, ?, ?, ?, ?)'),
  settle: db.prepare('UPDATE actions SET settled = ? WHERE id = ?'),
  reply: db.prepare('INSERT INTO replies (request, accepted, message) VALUES (?, ?, ?) ON CONFLICT (request) DO NOTHING'),
  forgetReplies: db.prepare(`DELETE FROM replies WHERE number <= (SELECT max(number) FROM replies) - ${REPLIES_KEPT}`),
});
