import { behindShell } from './shell.ts';

/** A program that runs the command it is given, as data. */
interface Wrapper {
  /** Options that take the next word. */
  readonly values: ReadonlySet<string>;
  /** How many words of its own precede the command. */
  readonly operands: number;
  /** One of these must follow first. Empty: nothing must. */
  readonly subcommands: readonly string[];
  /**
   * The command begins behind this word, wherever it is. Null if it begins behind the options and
   * operands.
   */
  readonly behind: RegExp | null;
}

const wrapper = (values = '', operands = 0, subcommands = '', behind: RegExp | null = null): Wrapper => ({
  values: new Set(words(values)),
  operands,
  subcommands: words(subcommands),
  behind,
});

const words = (text: string): string[] => text.split(' ').filter(Boolean);

const NPX = '-p --package -w --workspace --registry --cache --userconfig --prefix --loglevel --script-shell';
const DASHES = /^--$/;
const SUDO =
  '-u --user -g --group -h --host -p --prompt -C --close-from -D --chdir -R --chroot -r --role -t --type -T --command-timeout -U';

/** By name. Several wrappers in one command line are parsed one after the other. */
const WRAPPERS: Readonly<Record<string, readonly Wrapper[]>> = {
  env: [wrapper('-u --unset -C --chdir -a --argv0')],
  nohup: [wrapper()],
  setsid: [wrapper()],
  nice: [wrapper('-n --adjustment')],
  ionice: [wrapper('-c --class -n --classdata')],
  stdbuf: [wrapper('-i --input -o --output -e --error')],
  timeout: [wrapper('-s --signal -k --kill-after', 1)],
  // `-c`: the list of processors replaces the mask.
  taskset: [wrapper('', 1)],
  chrt: [wrapper('-T --sched-runtime -P --sched-period -D --sched-deadline', 1)],
  numactl: [wrapper('-i -m -N -C -p -l --interleave --membind --cpunodebind --physcpubind --preferred')],
  flock: [wrapper('-w --wait --timeout -E --conflict-exit-code', 1)],
  time: [wrapper('-f --format -o --output')],
  sudo: [wrapper(SUDO)],
  doas: [wrapper('-u -C')],
  runuser: [wrapper('-u --user -g --group -G --supp-group')],
  gosu: [wrapper('', 1)],
  'su-exec': [wrapper('', 1)],
  's6-setuidgid': [wrapper('', 1)],
  setpriv: [wrapper('--reuid --regid --groups --securebits --pdeathsig --inh-caps --bounding-set --ambient-caps --selinux-label')],
  chroot: [wrapper('--userspec --groups', 1)],
  unshare: [wrapper('-R --root -w --wd -S --setuid -G --setgid --map-user --map-group --propagation')],
  prlimit: [wrapper('-p --pid')],
  cpulimit: [wrapper('-l --limit -p --pid -e --exe')],
  strace: [wrapper('-o -e -p -s -u -E -a -O -S -I -P -X')],
  ltrace: [wrapper('-o -e -p -s -u -n -l')],
  faketime: [wrapper('', 1)],
  eatmydata: [wrapper()],
  torsocks: [wrapper()],
  proxychains: [wrapper('-f')],
  proxychains4: [wrapper('-f')],
  unbuffer: [wrapper()],
  catchsegv: [wrapper()],
  tini: [wrapper('-p -e')],
  'dumb-init': [wrapper('-r --rewrite')],
  'dbus-run-session': [wrapper('--config-file --dbus-daemon')],
  'xvfb-run': [wrapper('-e --error-file -f --auth-file -n --server-num -p --xauth-protocol -s --server-args -w --wait')],
  'systemd-inhibit': [wrapper('--what --who --why --mode')],
  'systemd-cat': [wrapper('-t --identifier -p --priority --stderr-priority')],
  caffeinate: [wrapper('-t -w')],
  chpst: [wrapper('-u -U -b -/ -n -l -L -m -d -o -p -f -c -r -t -e')],
  npx: [wrapper(NPX)],
  bunx: [wrapper('-p --package')],
  pnpx: [wrapper(NPX)],
  npm: [wrapper(NPX, 0, 'exec x')],
  pnpm: [wrapper('-C --dir --package -F --filter', 0, 'dlx exec')],
  yarn: [wrapper('-p --package --cwd', 0, 'dlx exec run')],
  bun: [wrapper('--cwd', 0, 'x run'), wrapper('--cwd')],
  deno: [wrapper('-c --config --import-map --lock', 0, 'run')],
  corepack: [wrapper()],
  node: [wrapper('-r --require --import --loader --experimental-loader -C --conditions --title')],
  python: [wrapper('-W -X')],
  python3: [wrapper('-W -X')],
  uvx: [wrapper('--from --with -p --python --index --env-file --directory --project')],
  uv: [wrapper('--with --extra --group -p --python --env-file --directory --project --package --from', 0, 'run')].concat(
    wrapper('--from --with -p --python', 1, 'tool'),
  ),
  pipx: [wrapper('--spec --python --pip-args', 0, 'run')],
  poetry: [wrapper('-C --directory -P --project', 0, 'run')],
  pipenv: [wrapper('', 0, 'run')],
  pdm: [wrapper('-p --project', 0, 'run')],
  hatch: [wrapper('-e --env', 0, 'run')],
  rye: [wrapper('', 0, 'run')],
  pixi: [wrapper('-e --environment --manifest-path', 0, 'run')],
  conda: [wrapper('-n --name -p --prefix --cwd', 0, 'run')],
  mamba: [wrapper('-n --name -p --prefix --cwd', 0, 'run')],
  micromamba: [wrapper('-n --name -p --prefix --cwd', 0, 'run')],
  bundle: [wrapper('', 0, 'exec')],
  mise: [wrapper('', 0, 'exec x', DASHES)],
  rtx: [wrapper('', 0, 'exec x', DASHES)],
  asdf: [wrapper('', 0, 'exec')],
  nodenv: [wrapper('', 0, 'exec')],
  pyenv: [wrapper('', 0, 'exec')],
  rbenv: [wrapper('', 0, 'exec')],
  volta: [wrapper('--node --npm --pnpm --yarn', 0, 'run')],
  fnm: [wrapper('--using', 0, 'exec')],
  nvm: [wrapper('', 1, 'exec run')],
  direnv: [wrapper('', 1, 'exec')],
  devbox: [wrapper('-c --config -e --env', 0, 'run')],
  nix: [wrapper('', 0, 'shell develop', /^(?:-c|--command)$/), wrapper('--override-input --inputs-from -f --file', 0, 'run')],
  guix: [wrapper('', 0, 'shell', DASHES)],
  op: [wrapper('', 0, 'run', DASHES)],
  dotenv: [wrapper('-e -f --env -p', 0, '', null)],
  dotenvx: [wrapper('-f -e --env-file', 0, 'run', null)],
  doppler: [wrapper('', 0, 'run', DASHES)],
  infisical: [wrapper('', 0, 'run', DASHES)],
  'aws-vault': [wrapper('', 0, 'exec', DASHES)],
  chamber: [wrapper('', 0, 'exec', DASHES)],
  teller: [wrapper('', 0, 'run', DASHES)],
  sops: [wrapper('', 1, 'exec-env')],
  envchain: [wrapper('', 1)],
  'with-contenv': [wrapper()],
  firejail: [wrapper()],
  'systemd-run': [
    wrapper('-p --property -u --unit -M --machine -H --host --uid --gid --nice --working-directory -d -E --setenv --slice --description'),
  ],
};

const ASSIGNMENT = /^[A-Za-z_]\w*=/;
const basename = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** The index of the program behind all known wrappers, or the length of `argv` if none follows. */
export function behindWrappers(argv: readonly string[]): number {
  let at = 0;
  for (;;) {
    while (ASSIGNMENT.test(argv[at] ?? '')) at++;
    const next = behindOne(argv, at);
    if (next === null) return at;
    at = next;
  }
}

function behindOne(argv: readonly string[], at: number): number | null {
  const shell = behindShell(argv, at);
  if (shell !== null && shell < argv.length) return shell;
  const name = basename(argv[at] ?? '');
  for (const kind of Object.hasOwn(WRAPPERS, name) ? (WRAPPERS[name] ?? []) : []) {
    const end = endOf(kind, argv, at + 1);
    if (end !== null && end < argv.length) return end;
  }
  return null;
}

function endOf({ values, operands, subcommands, behind }: Wrapper, argv: readonly string[], from: number): number | null {
  let at = from;
  if (subcommands.length > 0) {
    at = pastOptions(argv, at, values);
    if (!subcommands.includes(argv[at] ?? '')) return null;
    at++;
  }
  if (behind !== null) {
    const mark = argv.findIndex((word, index) => index >= at && behind.test(word));
    return mark < 0 ? null : mark + 1;
  }
  for (let left = operands; ; left--) {
    at = pastOptions(argv, at, values);
    while (ASSIGNMENT.test(argv[at] ?? '')) at++;
    if (argv[at] === '--') at++;
    if (left === 0) return at;
    at++;
  }
}

/**
 * Skips the options at this place, with the values of those that take one, and a `--` before a word
 * of the wrapper's own.
 */
function pastOptions(argv: readonly string[], from: number, values: ReadonlySet<string>): number {
  let at = from;
  for (let word = argv[at]; word?.startsWith('-') && word !== '-'; word = argv[at]) {
    if (word === '--') return at;
    at += takesNext(word, values) ? 2 : 1;
  }
  return argv[at] === '-' ? at + 1 : at;
}

/** `-u X`, `--user X`, and combined letters, of which only the last may take a word: `-nEHu X`. */
function takesNext(word: string, values: ReadonlySet<string>): boolean {
  if (word.startsWith('--') || word.length === 2) return values.has(word);
  if (word.includes('=')) return false;
  const letters = [...word.slice(1)].map((letter) => `-${letter}`);
  return letters.findIndex((letter) => values.has(letter)) === letters.length - 1;
}
