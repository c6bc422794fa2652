import { readFileSync } from 'node:fs';

/** Only the build sets it. */
declare const BUILT_FROM: string;

/** The build copies them beside the program. */
const TEXTS = new URL(typeof BUILT_FROM === 'string' ? './help/' : '../../help/', import.meta.url);

/** All topics, in the order in which they are listed, and what each is about. */
export const TOPICS: Readonly<Record<string, string>> = {
  trouble: 'what to do, by state and by symptom',
  runs: 'starting runs, their states, when they are done, acting',
  faces: 'the list of runs, the web page, prompt, monitoring, completion',
  agents: 'the agents it knows, and any other command',
  settings: 'every setting with its default, and the resume prompt',
  limits: 'usage limits of accounts, a reserve, hours',
  costs: 'what runs cost, caps on money and tokens, loops',
  disk: 'full disks, and what is removed to free space',
  notices: 'who is notified when a run needs a person, and how',
  recovery: 'fresh sessions, recovery agents, the hourly gate',
  server: 'systemd, runs at set times, the journal, tmux',
  fleet: 'many hosts: one list, by ssh or with an engine',
  nixos: 'the NixOS module',
  json: 'what --json prints, and its schema',
  history: 'the journal of decisions; replaying and exporting it',
  design: 'how it decides: what is seen, and what is done',
  security: 'who could misuse it, and what prevents that',
  measured: 'benchmarks, and what was broken on purpose',
};

/** Reads the Markdown of a topic. */
export const topicText = (name: string): string => readFileSync(new URL(`${name}.md`, TEXTS), 'utf8');
