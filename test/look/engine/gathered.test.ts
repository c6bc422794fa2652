import { describe, expect, test } from 'vitest';
import { newFleet } from '../../../src/fleet/admin/fleet-file.ts';
import type { Entry } from '../../../src/fleet/engine.ts';
import { Gathered } from '../../../src/look/engine/gathered.ts';
import { sanitizeForTerminal } from '../../../src/system/text/sanitize.ts';
import { entry, SigningHost } from '../../kit/fleet/signing-host.ts';

const MINUTE = 60_000;
const UP = 10 * 86_400_000;
const FLEET = newFleet('build', ['nats://127.0.0.1:4222'], null);

/** Hosts, and what a viewer makes of what the engine lists of them. */
function viewed(...names: string[]) {
  const hosts = names.map((name) => new SigningHost(FLEET, name));
  const [first] = hosts;
  const { fleet, root } = first!.invitation;
  const gathered = new Gathered({ fleet, root, host: 'office', takeMs: MINUTE, clean: sanitizeForTerminal });
  const rows = (beats: Readonly<Record<string, Entry>>, more: Readonly<Record<string, Entry>> = {}) =>
    [new Map(Object.entries(beats)), new Map([...hosts.flatMap((host) => host.entries), ...Object.entries(more)])] as const;
  const known = (upMs = UP) => gathered.known({ wall: upMs + hosts[0]!.last - UP, upMs });
  return { hosts: hosts as [SigningHost, ...SigningHost[]], gathered, rows, known };
}

const runsOf = ({ heard }: ReturnType<Gathered['known']>[number]) => heard?.view.runs.map(({ name, because }) => [name, because]);
const replaced = (text: string, patch: object) => {
  const row = JSON.parse(text) as { number: number; document: object; sig: string };
  return JSON.stringify({ ...row, document: { ...row.document, ...patch } });
};

describe('what a host says', () => {
  test('is shown with its age by the clock here, whatever its own clock says', () => {
    const { hosts, gathered, rows, known } = viewed('ci-1');
    hosts[0].says('train', 'it is at step 3');
    gathered.all(...rows({ 'ci-1': entry(hosts[0].beats(), 5000) }), UP);
    const [host] = known();
    expect(host).toMatchObject({ name: 'ci-1', prefix: 'ssh ci-1', silence: null, missing: 0 });
    expect(runsOf(host!)).toEqual([['train', 'it is at step 3']]);
    // The beat, and by how much it may have been late.
    expect(UP - host!.heard!.atMs).toBe(5000 + 7000);
    expect(host!.heard!.view.host).toMatchObject({ name: 'ci-1', condition: 'alive', watchdog: { pid: 7 } });
  });

  test('is silence once no beat has come for long, and that begins anew where the engine did not answer', () => {
    const { hosts, gathered, rows, known } = viewed('ci-1');
    hosts[0].says('train');
    const beat = hosts[0].beats();
    gathered.all(...rows({ 'ci-1': entry(beat, MINUTE - 1) }), UP);
    expect(known()[0]!.silence).toBe(null);
    gathered.all(...rows({ 'ci-1': entry(beat, MINUTE) }), UP + 1);
    expect(known(UP + 1)[0]).toMatchObject({ silence: { kind: 'not-heard-of', message: expect.stringMatching(/60 s|1 min/) }, heard: {} });
    gathered.all(...rows({ 'ci-1': entry(beat, 2 * MINUTE) }), UP + MINUTE);
    expect(known(UP + MINUTE)[0]!.silence).toBe(null);
  });

  test('a watchdog that was ended is said to be none', () => {
    const { hosts, gathered, rows, known } = viewed('ci-1');
    gathered.all(...rows({ 'ci-1': entry(hosts[0].beats({ watchdog: null })) }), UP);
    expect(known()[0]!.heard!.view.host).toMatchObject({ condition: 'none', watchdog: null });
  });

  test('follows each change, and counts what has not arrived', () => {
    const { hosts, gathered, rows, known } = viewed('ci-1');
    const [host] = hosts;
    host.says('train', 'one');
    gathered.all(...rows({ 'ci-1': entry(host.beats()) }), UP);
    gathered.runChanged('ci-1.train', entry(host.says('train', 'two')));
    expect(runsOf(known()[0]!)).toEqual([['train', 'two']]);
    const unseen = host.says('docs', 'three');
    expect(gathered.hostChanged('ci-1', entry(host.beats()), UP + 1000)).toBe(false);
    expect(known()[0]!.missing).toBe(1);
    expect(gathered.isIncomplete).toBe(true);
    gathered.runChanged('ci-1.docs', entry(unseen));
    expect(known()[0]!.missing).toBe(0);
    expect(gathered.isIncomplete).toBe(false);
  });

  test('a change that comes between the look at the beats and that at the runs is not one that is missing', () => {
    const { hosts, gathered, rows, known } = viewed('ci-1');
    const [host] = hosts;
    host.says('train', 'one');
    const beat = entry(host.beats());
    host.says('train', 'two', 2000);
    gathered.all(...rows({ 'ci-1': beat }), UP);
    expect(known()[0]!.missing).toBe(0);
    expect(runsOf(known()[0]!)).toEqual([['train', 'two']]);
  });

  test('a host that comes later is one whose runs have to be read; one that has left is gone', () => {
    const { hosts, gathered, rows, known } = viewed('ci-1', 'ci-2');
    const [one, two] = hosts;
    gathered.all(...rows({ 'ci-1': entry(one.beats()) }), UP);
    expect(gathered.hostChanged('ci-2', entry(two!.beats()), UP)).toBe(true);
    expect(known().map(({ name }) => name)).toEqual(['ci-1', 'ci-2']);
    gathered.all(...rows({ 'ci-2': entry(two!.beats()) }), UP);
    expect(known().map(({ name }) => name)).toEqual(['ci-2']);
  });
});

describe('what a host did not say', () => {
  test.each<[string, (own: SigningHost, other: SigningHost) => string, RegExp]>([
    ['a row that was changed', (own) => replaced(own.beats(), { active: 9 }), /did not sign/],
    ['a row without a signature', (own) => own.beats().replace(/,"sig":.*/, '}'), /did not sign/],
    ['the row of another host', (_, other) => other.beats(), /a row of "ci-2"/],
    ['a row that another host made for it', (own, other) => replaced(other.beats(), { host: own.name }), /does not know/],
    [
      'a key of another fleet',
      (own) => new SigningHost(newFleet('build', ['nats://127.0.0.1:1'], null), own.name).beats(),
      /does not know/,
    ],
    ['a row of another form', () => '{"number":1,"document":{"host":"ci-1"}}', /another form/],
  ])('%s is not believed, and not shown', (_, change, why) => {
    const { hosts, gathered, rows, known } = viewed('ci-1', 'ci-2');
    gathered.all(...rows({ 'ci-1': entry(change(hosts[0], hosts[1]!)) }), UP);
    expect(known()[0]).toMatchObject({ name: 'ci-1', silence: { kind: 'not-signed', got: expect.stringMatching(why) }, heard: null });
  });

  test('nothing that is written over a host that is known takes its place', () => {
    const { hosts, gathered, rows, known } = viewed('ci-1');
    gathered.all(...rows({ 'ci-1': entry(hosts[0].beats()) }), UP);
    gathered.hostChanged('ci-1', entry(replaced(hosts[0].beats(), { watchdog: null })), UP);
    expect(known()[0]!.heard!.view.host.condition).toBe('alive');
  });

  test('a run of which the row is not signed is unreadable, and its words are shown nowhere', () => {
    const { hosts, gathered, rows, known } = viewed('ci-1', 'ci-2');
    const [own, other] = hosts;
    const forged = other!.signed('runs', 'ci-1.evil', own.last, '{"name":"evil","state":"working","because":"LIE"}');
    own.says('train');
    gathered.all(...rows({ 'ci-1': entry(own.beats()) }, { 'ci-1.evil': entry(forged) }), UP);
    const { view } = known()[0]!.heard!;
    expect(view.unreadable).toEqual([{ id: '', name: 'evil', state: 'a row that this host did not sign' }]);
    expect(JSON.stringify(view)).not.toContain('LIE');
    gathered.runChanged('ci-1.train', entry(replaced(own.says('train', 'true'), { because: 'LIE' })));
    expect(JSON.stringify(known()[0])).not.toContain('LIE');
    gathered.runChanged('ci-1.train', entry(own.says('train', 'true again')));
    expect(runsOf(known()[0]!)).toEqual([['train', 'true again']]);
  });

  test.each([
    '',
    '[]',
    'null',
    '{"number":-1,"document":{}}',
    '{"number":1}',
    `{"number":1,"document":${'['.repeat(500)}${']'.repeat(500)}}`,
  ])('garbage is no row: %#', (garbage) => {
    const { hosts, gathered, rows, known } = viewed('ci-1');
    hosts[0].says('train');
    gathered.all(...rows({ 'ci-1': entry(hosts[0].beats()), 'ci-2': entry(garbage) }, { 'ci-1.bad': entry(garbage) }), UP);
    expect(known()[0]).toMatchObject({ name: 'ci-1', silence: null });
    expect(runsOf(known()[0]!)).toHaveLength(1);
  });

  test('control characters of a host that is taken over do not reach the terminal', () => {
    const { hosts, gathered, rows, known } = viewed('ci-1');
    hosts[0].says('train', 'a\u001b[2Jb\u0007c');
    gathered.all(...rows({ 'ci-1': entry(hosts[0].beats()) }), UP);
    expect(JSON.stringify(known()[0])).not.toMatch(/\\u001b|\\u0007/);
  });
});
