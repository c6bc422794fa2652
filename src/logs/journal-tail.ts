import { execFileSync, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Interpreter } from '../agents/contract/agent.ts';
import type { Fact } from '../core/model/facts.ts';
import { counted } from '../core/values/counted.ts';
import { type Entry, endOfJournal, gapAfter, type JournalUnit, journalCommand, parseEntry } from '../system/systemd/unit-journal.ts';
import { understood } from './interpret.ts';

type JournalRead = Fact & { readonly kind: 'journal.read' };

/** A line that journald split repeatedly is cut at this length. */
const MAX_LINE_LENGTH = 1024 * 1024;
/** What comes within this is one fact. */
const GATHER_MS = 20;
/** The most entries that one fact covers. */
const MAX_ENTRIES = 2000;
/** The most that the last read before a death takes. */
const DRAIN_BYTES = 16 * 1024 * 1024;
const DRAIN_MS = 3000;

export interface JournalTailSource {
  readonly run: string;
  readonly attempt: number;
  /** The name the operator gave. */
  readonly name: string;
  readonly unit: JournalUnit;
  /** How far it was read; null to start now. */
  readonly cursor: string | null;
  readonly interpreter: Interpreter;
  readonly report: (problem: string) => void;
}

export class JournalTail {
  readonly #source: JournalTailSource;
  #cursor: string | null;
  #rest = '';

  constructor(source: JournalTailSource) {
    this.#source = source;
    this.#cursor = source.cursor;
  }

  get cursor(): string | null {
    return this.#cursor;
  }

  /**
   * The facts to record before following: where it begins, or that something is missing. Throws
   * journalctl's error.
   */
  begin(): readonly JournalRead[] {
    if (this.#cursor === null) {
      this.#cursor = endOfJournal();
      return this.#cursor === null ? [] : [this.#fact([], null)];
    }
    const gap = gapAfter(this.#cursor);
    return gap === null ? [] : [this.#fact([], gap)];
  }

  /** Everything in the journal that was not returned yet. Throws journalctl's error. */
  drain(): readonly JournalRead[] {
    if (this.#cursor === null) return [];
    const [program, ...args] = journalCommand(this.#source.unit, this.#cursor, false);
    const text = execFileSync(program, args, {
      encoding: 'utf8',
      timeout: DRAIN_MS,
      maxBuffer: DRAIN_BYTES,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const entries = text.split('\n').flatMap((line) => parseEntry(line) ?? []);
    return entries.length === 0 ? [] : [this.#fact(entries, null)];
  }

  /**
   * Calls `each` with new facts until stopped, and `ended` with the reason if journalctl ends by
   * itself. Returns a function that stops.
   */
  follow(each: (facts: readonly JournalRead[]) => void, ended: (because: string) => void): () => void {
    const [program, ...args] = journalCommand(this.#source.unit, this.#cursor ?? '', true);
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const lines = createInterface({ input: child.stdout, crlfDelay: Number.POSITIVE_INFINITY });
    let gathered: Entry[] = [];
    let timer: NodeJS.Timeout | null = null;
    let stderr = '';
    const flush = () => {
      if (timer !== null) clearTimeout(timer);
      timer = null;
      const entries = gathered;
      gathered = [];
      if (entries.length > 0) each([this.#fact(entries, null)]);
    };
    lines.on('line', (line) => {
      const entry = parseEntry(line);
      if (entry === null) return;
      gathered.push(entry);
      if (gathered.length >= MAX_ENTRIES) flush();
      else timer ??= setTimeout(flush, GATHER_MS);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr = `${stderr}${text}`.slice(-500);
    });
    const stop = () => {
      if (timer !== null) clearTimeout(timer);
      lines.removeAllListeners();
      child.removeAllListeners().on('error', () => {});
      child.kill('SIGKILL');
    };
    const finish = (because: string) => {
      flush();
      stop();
      ended(stderr.trim() || because);
    };
    child.once('error', (error) => finish(error.message));
    child.once('close', (code, signal) => finish(`journalctl ended ${signal === null ? `with status ${code}` : `by ${signal}`}`));
    return stop;
  }

  #fact(entries: readonly Entry[], gap: string | null): JournalRead {
    const { run, attempt, name, interpreter, report } = this.#source;
    const lines: string[] = [];
    for (const { lines: some, isCut } of entries) {
      const [first = '', ...others] = some;
      const whole = [this.#rest + first, ...others];
      this.#rest = isCut ? (whole.pop() ?? '').slice(0, MAX_LINE_LENGTH) : '';
      lines.push(...whole);
    }
    this.#cursor = entries.at(-1)?.cursor ?? this.#cursor;
    const bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0);
    const signals = understood(interpreter, lines, `the journal of ${name}: ${counted(lines.length, 'line')}`, report);
    return { kind: 'journal.read', run, attempt, unit: name, bytes, lines: lines.length, signals, cursor: this.#cursor ?? '', gap };
  }
}
