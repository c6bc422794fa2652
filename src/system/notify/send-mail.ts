import type { Message } from '../../core/notices/message.ts';
import { type Delivered, refused } from '../../core/notices/schedule.ts';
import type { SmtpChannel } from './channel.ts';

/**
 * Hands a message to a mail server. Reminders and the all-clear are replies to the first message,
 * so that mail readers keep them together.
 */
export async function sendMail(channel: SmtpChannel, message: Message, deadlineMs: number): Promise<Delivered> {
  const { default: nodemailer } = await import('nodemailer');
  const { host, port, isSecure, login, from, to } = channel;
  const transport = nodemailer.createTransport({
    host,
    port,
    secure: isSecure,
    // A password is sent in the clear only within this machine.
    requireTLS: !isSecure && login !== null && !isLoopback(host),
    ...(login === null ? {} : { auth: { user: login.user, pass: login.password } }),
    connectionTimeout: deadlineMs,
    greetingTimeout: deadlineMs,
    socketTimeout: deadlineMs,
    dnsTimeout: deadlineMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const first = `<${message.noticeId}@dogwatch.invalid>`;
  const mail = transport.sendMail({
    from,
    to,
    subject: `[dogwatch] ${message.title}`,
    text: message.text,
    messageId: `<${message.key}@dogwatch.invalid>`,
    references: first,
    inReplyTo: first,
    headers: { 'X-Dogwatch-Notice-Id': message.noticeId, 'Auto-Submitted': 'auto-generated' },
  });
  const late = Promise.withResolvers<Delivered>();
  const timer = setTimeout(() => late.resolve(refused(`it took longer than ${deadlineMs / 1000} s`, true)), deadlineMs);
  try {
    return await Promise.race([mail.then((): Delivered => ({ kind: 'accepted' }), judged), late.promise]);
  } finally {
    clearTimeout(timer);
    transport.close();
  }
}

/** A permanent error (5xx) or a rejected password stays until somebody changes something. */
function judged(error: unknown): Delivered {
  if (!(error instanceof Error)) return refused(String(error), true);
  const { responseCode, code } = error as Error & { responseCode?: number; code?: string };
  return refused(error.message, !(code === 'EAUTH' || (responseCode !== undefined && responseCode >= 500)));
}

const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
