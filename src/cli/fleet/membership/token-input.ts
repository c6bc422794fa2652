import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { errorMessage } from '../../../core/values/error-message.ts';
import { type Invitation, readToken } from '../../../fleet/member/invitation.ts';
import { EXIT_USAGE, Problem } from '../../terminal/problem.ts';
import { tell } from '../../terminal/tell.ts';

const FROM_STDIN = '-';

/** The invitation in a token from an argument, a file or stdin. No part of it is shown. */
export async function givenInvitation(argument: string | undefined, file: string | undefined): Promise<Invitation> {
  if (argument !== undefined && file !== undefined)
    throw new Problem(EXIT_USAGE, 'two tokens are named', { expected: 'a token or --file', got: 'both' });
  const read = readToken(await tokenText(argument, file));
  if ('invitation' in read) return read.invitation;
  throw new Problem(EXIT_USAGE, 'this is no invitation', {
    expected: 'the token that `dogwatch fleet invite HOST` printed, whole',
    got: read.got,
    hint: 'if it is lost: dogwatch fleet invite HOST --again',
  });
}

async function tokenText(argument: string | undefined, file: string | undefined): Promise<string> {
  if (file !== undefined) return readNamed(file);
  if (argument !== undefined && argument !== FROM_STDIN) {
    tell('other users of this machine may have seen this token in the list of processes: next time give it on stdin');
    return argument;
  }
  if (process.stdin.isTTY) tell('paste the token, then press Enter and Ctrl-D');
  return text(process.stdin);
}

function readNamed(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Problem(EXIT_USAGE, 'the file of the token cannot be read', { expected: 'a file with a token', got: errorMessage(error) });
  }
}
