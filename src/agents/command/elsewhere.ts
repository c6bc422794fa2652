import { agentInText, agentNamed, commandsOf, isText } from './agent-words.ts';

/**
 * Programs that hand their command to something that dogwatch can neither see nor end, with the
 * subcommands that do so.
 */
const ELSEWHERE: Readonly<Record<string, readonly string[]>> = {
  ssh: [],
  autossh: [],
  mosh: [],
  et: [],
  rsh: [],
  docker: ['exec', 'run', 'start', 'compose', 'container', 'sandbox'],
  podman: ['exec', 'run', 'start', 'compose', 'container'],
  nerdctl: ['exec', 'run', 'start', 'compose', 'container'],
  'docker-compose': ['exec', 'run'],
  'podman-compose': ['exec', 'run'],
  crictl: ['exec'],
  ctr: ['run', 'tasks', 'task', 't'],
  kubectl: ['exec', 'run', 'debug'],
  oc: ['exec', 'rsh', 'run', 'debug'],
  k3s: ['kubectl'],
  lxc: ['exec'],
  incus: ['exec'],
  'lxc-attach': [],
  machinectl: ['shell'],
  'systemd-nspawn': [],
  'flatpak-spawn': [],
  distrobox: ['enter'],
  'distrobox-enter': [],
  toolbox: ['run', 'enter'],
  devcontainer: ['exec'],
  vagrant: ['ssh'],
  multipass: ['exec'],
  limactl: ['shell'],
  lima: [],
  colima: ['ssh'],
  orb: [],
  wsl: [],
  gcloud: ['ssh'],
  gh: ['ssh'],
  coder: ['ssh'],
  fly: ['ssh'],
  flyctl: ['ssh'],
  heroku: ['run'],
  nomad: ['exec'],
  tmux: ['new', 'new-session', 'neww', 'new-window', 'send-keys', 'send', 'split-window', 'respawn-pane'],
  screen: [],
  at: [],
  batch: [],
  dtach: [],
  abduco: [],
  pm2: ['start'],
  srun: [],
  sbatch: [],
};

/**
 * The words that let an agent work where it cannot be seen or ended (`docker exec`), or null if
 * there are none.
 */
export function elsewhere(argv: readonly string[]): string | null {
  return [argv, ...argv.filter(isText).flatMap(commandsOf)].map(elsewhereIn).find((found) => found !== null) ?? null;
}

function elsewhereIn(words: readonly string[]): string | null {
  const agent = words.findIndex((word) => agentNamed(word) !== null || (isText(word) && agentInText(word) !== null));
  for (const [index, word] of words.slice(0, Math.max(0, agent)).entries()) {
    const name = word.slice(word.lastIndexOf('/') + 1);
    const between = words.slice(index + 1, agent);
    if (name === 'systemd-run' && !between.includes('--scope')) return name;
    const subcommands = Object.hasOwn(ELSEWHERE, name) ? ELSEWHERE[name] : undefined;
    if (subcommands === undefined) continue;
    const subcommand = between.find((one) => subcommands.includes(one));
    if (subcommands.length === 0) return name;
    if (subcommand !== undefined) return `${name} ${subcommand}`;
  }
  return null;
}

/**
 * How a command removes the variables that dogwatch sets for an agent, as written (`env -i`), or
 * null if it removes none.
 */
export function clearsEnvironment(argv: readonly string[]): string | null {
  return [argv, ...argv.filter(isText).flatMap(commandsOf)].map(clearedIn).find((found) => found !== null) ?? null;
}

function clearedIn(words: readonly string[]): string | null {
  for (let at = words.findIndex(isEnv); at >= 0; at = words.findIndex((word, index) => index > at && isEnv(word))) {
    let wanted = false;
    let how: string | null = null;
    for (let next = at + 1; next < words.length; next++) {
      const word = words[next] ?? '';
      const unset = /^(?:-u|--unset=?)(.*)$/.exec(word);
      if (/^-(?:-ignore-environment|[0v]*i.*)?$/.test(word)) how = `env ${word}`;
      else if (unset !== null) {
        const variable = unset[1] || (words[++next] ?? '');
        if (variable === 'DOGWATCH_ATTEMPT') how = `env ${word} ${variable}`.trim();
      } else if (/^-(?:C|a|S|-chdir|-argv0)$/.test(word)) next++;
      else if (word.startsWith('DOGWATCH_ATTEMPT=')) wanted = true;
      else if (!word.startsWith('-') && !word.includes('=')) break;
    }
    if (how !== null && !wanted) return how;
  }
  return null;
}

const isEnv = (word: string): boolean => word.slice(word.lastIndexOf('/') + 1) === 'env';

/**
 * The wrapper that by default starts the agent in an environment of its own, or null if there is
 * none.
 */
export function dropsMark(argv: readonly string[]): string | null {
  const words = argv.flatMap((word) => (isText(word) ? word.split(/\s+/) : [word]));
  const at = words.findIndex((word) => /(?:^|\/)(?:sudo|doas|su|runuser)$/.test(word));
  if (at < 0) return null;
  const name = words[at]?.slice(words[at].lastIndexOf('/') + 1) ?? '';
  const agent = words.findIndex((word, index) => index > at && agentNamed(word) !== null);
  if (agent < 0) return null;
  const options = words.slice(at + 1, agent);
  const isLogin = options.some((word) => /^(?:-|--login|-[a-zA-Z]*[li]|-[li][a-zA-Z]*)$/.test(word));
  const keeps = options.some((word) => /^-(?:[A-Za-z]*[Em]|-preserve-env)/.test(word) || word.startsWith('DOGWATCH_ATTEMPT='));
  return name === 'su' || name === 'runuser' ? (isLogin && !keeps ? name : null) : keeps ? null : name;
}
