import { createServer as createHttpServer, type IncomingHttpHeaders } from 'node:http';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

export interface Posted {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A local web server that keeps what it receives and answers with `status`, or never if null. */
export async function httpReceiver(
  status: number | null,
  headers: Record<string, string> = {},
  port = 0,
): Promise<{ host: string; posted: Posted[] }> {
  const posted: Posted[] = [];
  const server = createHttpServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    posted.push({ method: request.method, path: request.url, headers: request.headers, body: Buffer.concat(chunks).toString() });
    if (status !== null) response.writeHead(status, headers).end(status === 204 ? undefined : 'what it says is of no interest');
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, posted };
}

/** A local port where nobody listens. */
export async function deadPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export interface Mailbox {
  readonly port: number;
  /** Whole mails as received. */
  readonly mails: string[];
  readonly commands: string[];
}

/** What a mail server answers to a command instead of the usual reply. */
export type MailAnswers = Readonly<Partial<Record<'EHLO' | 'AUTH' | 'MAIL' | 'RCPT' | 'DATA' | '.', string>>>;

/**
 * A local mail server: enough of RFC 5321 to accept mails. With `isMute` it does not even greet.
 */
export async function mailReceiver(answers: MailAnswers = {}, isMute = false, port = 0): Promise<Mailbox> {
  const mails: string[] = [];
  const commands: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    let rest = '';
    let mail: string[] | null = null;
    const answer = (text: string) => socket.write(`${text}\r\n`);
    const heed = (line: string) => {
      if (mail !== null && line !== '.') mail.push(line);
      else if (mail !== null) {
        mails.push(mail.join('\n'));
        mail = null;
        answer(answers['.'] ?? '250 kept');
      } else {
        commands.push(line);
        const [verb = ''] = line.toUpperCase().split(/[ :]/);
        const given = answers[verb as keyof MailAnswers];
        if (verb === 'DATA' && given === undefined) mail = [];
        answer(given ?? USUAL[verb] ?? '250 fine');
        if (verb === 'QUIT') socket.end();
      }
    };
    socket.on('data', (chunk) => {
      const lines = (rest + chunk).split('\r\n');
      rest = lines.pop() ?? '';
      lines.forEach(heed);
    });
    if (!isMute) answer('220 here');
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, mails, commands };
}

const USUAL: Readonly<Record<string, string>> = {
  EHLO: '250-here\r\n250 AUTH PLAIN',
  AUTH: '235 you may',
  DATA: '354 go on',
  STARTTLS: '502 not here',
  QUIT: '221 bye',
};
