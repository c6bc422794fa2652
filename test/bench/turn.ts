import { spawnSync } from 'node:child_process';
import { chmodSync, closeSync, constants, mkdirSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { identify, signalProcess } from '../../src/system/process/process.ts';
import { until } from '../kit/until.ts';

/**
 * It acts on commands from a FIFO, so that everything but the moment of death is the same for all
 * programs that resume it.
 */
const SCRIPT = `#!/bin/sh
cd "$(dirname "$0")" || exit 1
echo "$(date +%s%N) $$" >>starts
echo "turn $$"
while read -r word <go; do
  case $word in
  say) echo "still here" ;;
  die) date +%s%N >>deaths; kill -9 $$ ;;
  esac
done
`;
const NS_PER_MS = 1e6;
/** runit and PM2 penalize a death within the first second. */
const LIFE_MS = 1200;
/** Spreads the deaths, so that they keep step with no program's own second. */
const SPREAD_MS = 1000;

/**
 * A scripted turn in its own directory. It writes its start, and its death just before it kills
 * itself.
 */
export class Turn {
  readonly directory: string;
  readonly script: string;
  readonly #go: number;

  constructor(directory: string) {
    mkdirSync(directory, { recursive: true });
    this.directory = directory;
    this.script = join(directory, 'turn.sh');
    writeFileSync(this.script, SCRIPT);
    chmodSync(this.script, 0o755);
    spawnSync('mkfifo', [join(directory, 'go')]);
    // Both ends are open, so that a command waits until the script reads it.
    this.#go = openSync(join(directory, 'go'), constants.O_RDWR);
  }

  get starts(): number {
    return this.#lines('starts').length;
  }

  /** The process of the current start. */
  get pid(): number {
    return Number(this.#lines('starts').at(-1)?.split(' ')[1]);
  }

  started = (count: number): Promise<true> => until(`${this.script} is started for the ${count}. time`, () => this.starts >= count && true);

  say(word: 'say' | 'die'): void {
    writeSync(this.#go, `${word}\n`);
  }

  /** When it last died, and when it was last started: ms since the epoch. */
  get lastGap(): { readonly diedMs: number; readonly startedMs: number } {
    return { diedMs: Number(this.#ns('deaths', -1)) / NS_PER_MS, startedMs: Number(this.#ns('starts', -1)) / NS_PER_MS };
  }

  /**
   * Lets it live for a while, then die. Returns the time from its death to the next start, in ms.
   */
  async die(): Promise<number> {
    const { starts } = this;
    const livedMs = Date.now() - Number(this.#ns('starts', starts - 1) / BigInt(NS_PER_MS));
    await setTimeout(Math.max(0, LIFE_MS - livedMs) + Math.random() * SPREAD_MS);
    this.say('die');
    await this.started(starts + 1);
    return Number(this.#ns('starts', starts) - this.#ns('deaths', -1)) / NS_PER_MS;
  }

  close(): void {
    closeSync(this.#go);
    for (const line of this.#lines('starts')) {
      const identity = identify(Number(line.split(' ')[1]));
      if (identity !== null && this.#isTurn(identity.pid)) signalProcess(identity, 'SIGKILL');
    }
  }

  #isTurn(pid: number): boolean {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(this.script);
  }

  #ns = (name: string, index: number): bigint => BigInt(this.#lines(name).at(index)?.split(' ')[0] ?? '0');

  #lines(name: string): readonly string[] {
    try {
      return readFileSync(join(this.directory, name), 'utf8').split('\n').slice(0, -1);
    } catch {
      return [];
    }
  }
}
