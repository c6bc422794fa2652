import { randomUUID } from 'node:crypto';
import { fstatSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Layout } from '../../store/directory/layout.ts';
import { writeAtomically } from '../../system/file/write-atomically.ts';
import type { Submit } from '../../web/acts.ts';
import type { Address } from '../../web/address.ts';
import { webApp } from '../../web/app.ts';
import { type Listening, listen, OpenDirectory } from '../../web/listen.ts';
import { newToken } from '../../web/token.ts';
import { openLayout } from '../client/state-layout.ts';
import { fromInside } from '../operate/request.ts';
import { EXIT_UNAVAILABLE, Problem } from '../terminal/problem.ts';
import { tell } from '../terminal/tell.ts';
import { addressOf, proxiesOf, type WebOptions } from './where.ts';

/** Serves the page until a signal ends it. */
export async function serve({ listen: asked, behindProxy = [], addressFile, act = false, utc = false }: WebOptions): Promise<void> {
  const layout = openLayout();
  const address = addressOf(asked, process.env);
  const proxies = proxiesOf(behindProxy);
  const token = newToken();
  let port: number | null = null;
  const { app } = webApp({ layout, token, names: () => ({ port, proxies }), submit: act ? submitter(layout) : null, isUtc: utc });
  const listening = await begun(() => listen(app, address), address);
  port = listening.port;
  announce(layout, address, listening, { token, addressFile, origin: behindProxy[0] ?? null, act });
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
  await listening.close();
}

async function begun(begin: () => Promise<Listening>, address: Address): Promise<Listening> {
  const where = address.kind === 'socket' ? address.path : `${address.host}, port ${address.port}`;
  try {
    return await begin();
  } catch (error) {
    if (error instanceof OpenDirectory)
      throw new Problem(EXIT_UNAVAILABLE, 'others could reach the socket', {
        expected: `a directory of this user with mode 0700, or one that does not exist yet`,
        got: error.message,
        hint: `chmod 700 ${error.message}, or choose another one`,
      });
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new Problem(EXIT_UNAVAILABLE, 'the page cannot be served', {
      expected: `a free address: ${where}`,
      got: message,
      hint: code === 'EADDRINUSE' ? 'another `dogwatch web` may be running there; without --listen any free port is taken' : null,
    });
  }
}

interface Announced {
  readonly token: string;
  readonly addressFile: string | undefined;
  readonly origin: string | null;
  readonly act: boolean;
}

/** The token is shown once, to who started it, and never reaches a journal. */
function announce(layout: Layout, address: Address, { port }: Listening, { token, addressFile, origin, act }: Announced): void {
  const base = origin ?? (address.kind === 'socket' ? 'http://localhost:8080' : `http://${hostIn(address.host)}:${port}`);
  const url = `${base}/#token=${token}`;
  const file = addressFile ?? (isJournal() ? join(layout.stateDir, 'web.address') : null);
  if (file !== null) writeAtomically(file, `${url}\n`);
  if (address.kind === 'socket') tell(`the page is served on ${address.path}; from elsewhere: ssh -L 8080:${address.path} ${hostname()}`);
  tell(act ? 'the page may act: pause, resume, stop, acknowledge' : 'the page may only look; --act lets it act');
  if (file === null) process.stdout.write(`${url}\n`);
  else tell(`its address, with the token, is in ${file}`);
}

const hostIn = (host: string): string => (host.includes(':') ? `[${host}]` : host);

/** Whether stdout is systemd's journal, which others may read. */
function isJournal(): boolean {
  const { dev, ino } = fstatSync(1);
  return process.env.JOURNAL_STREAM === `${dev}:${ino}`;
}

/** Acts go the way of all commands: through the inbox, to the watchdog that decides. */
const submitter =
  (layout: Layout): Submit =>
  async (run, command) => {
    const { submit } = await import('../client/submit.ts');
    return submit(layout, { id: randomUUID(), kind: 'operator', run, command, via: 'web', ...fromInside() });
  };
