import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, statfsSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

const SIZE = 512 * 1024 * 1024;
const run = (command: string, ...args: readonly string[]) => execFileSync(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
const BLOCK = 4096;

/**
 * A disk of its own for the home and the project of an agent: ext4 on an image. It can be filled,
 * and it can lose what was not synced: its image is what would be found after a power cut, to the
 * block. Nothing is written back by time, unless a cell takes longer than 30 s.
 */
export class Disk {
  readonly at: string;
  readonly #directory: string;
  #image: string;

  /** Throws if this machine may not mount. */
  constructor(directory: string) {
    this.#directory = directory;
    this.at = join(directory, 'disk');
    this.#image = join(directory, 'disk.img');
    mkdirSync(this.at);
    writeFileSync(this.#image, '');
    truncateSync(this.#image, SIZE);
    run('mkfs.ext4', '-q', '-m', '0', '-E', 'lazy_itable_init=1', this.#image);
    this.#mount();
  }

  /** All that is there now would survive a power cut. */
  sync(): void {
    run('sync', '-f', this.at);
  }

  /** The state of the disk at this moment, for `back`. */
  cut(): void {
    run('cp', '--sparse=always', this.#image, join(this.#directory, 'cut.img'));
  }

  /** Puts back what was there at the cut. Nothing may use the disk any more. */
  async back(): Promise<void> {
    await this.#leave();
    rmSync(this.#image);
    this.#image = join(this.#directory, 'cut.img');
    this.#mount();
  }

  fill(): void {
    const { bavail, bsize } = statfsSync(this.at);
    run('fallocate', '-l', String(Math.max(BLOCK, bavail * bsize - 16 * BLOCK)), join(this.at, 'filler'));
    // The rest, which holds what describes the filler as well.
    for (let count = 0; count < 64; count++)
      try {
        writeFileSync(join(this.at, `filler.${count}`), Buffer.alloc(BLOCK));
      } catch {
        return;
      }
  }

  free(): void {
    run('sh', '-c', 'rm -f "$1"/filler*', 'sh', this.at);
  }

  end(): Promise<void> {
    return this.#leave();
  }

  /** What was killed may take a moment until it is gone from the disk. */
  async #leave(): Promise<void> {
    for (let tries = 0; tries < 40; tries++)
      try {
        return void run('umount', this.at);
      } catch {
        await setTimeout(50);
      }
    run('umount', '-l', this.at);
  }

  #mount(): void {
    run('mount', '-o', 'loop,commit=300', this.#image, this.at);
  }
}
