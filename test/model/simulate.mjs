// Starts the simulation with the right Node version: npm run simulate -- [--fleet] --seeds 1000
// [--from S] [--minutes M] | --seed S
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { node24 } from '../../src/launcher.mjs';

const { status } = spawnSync(node24(), [join(import.meta.dirname, 'main.ts'), ...process.argv.slice(2)], { stdio: 'inherit' });
process.exitCode = status ?? 1;
