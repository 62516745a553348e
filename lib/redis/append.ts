import { RevocationLogError } from '../revocation/revocation-log.js';
import type { Connection } from './connection.js';
import { causeOf } from './failure.js';
import { isReplica } from './stream.js';

type Command = readonly string[];

/** How long `WAIT` waits, in milliseconds: less than a change may take in all. */
const WAIT_MS = 3000;

/** Appends, and asks behind it whether that was on a master: a replica that accepts writes forgets them. */
export async function appendToMaster(connection: Connection, appends: readonly Command[]): Promise<void> {
  const asks = !connection.forbidden.has('ROLE');
  const [role] = await appendAnd(connection, asks ? [['ROLE']] : [], appends);
  if (role?.status === 'fulfilled' && isReplica(role.value))
    throw new RevocationLogError('the server is a replica, and may lose it');
  if (role?.status === 'rejected' && causeOf(role.reason).startsWith('permission')) connection.forbidden.add('ROLE');
}

/** Appends, and waits until so many of the server's replicas have acknowledged it. */
export async function appendAndWait(connection: Connection, appends: readonly Command[], count: number): Promise<void> {
  const [waited] = await appendAnd(connection, [['WAIT', String(count), String(WAIT_MS)]], appends, WAIT_MS + 1000);
  if (waited!.status === 'rejected')
    throw new RevocationLogError(`the server has it; whether its replicas have is unknown: ${causeOf(waited!.reason)}`);
  const acknowledged = Number(waited!.value);
  if (acknowledged < count)
    throw new RevocationLogError(`the server has it, but only ${acknowledged} of ${count} replicas acknowledged it`);
}

/** @returns the answers to what was asked behind the appends */
async function appendAnd(
  connection: Connection,
  questions: readonly Command[],
  appends: readonly Command[],
  milliseconds?: number,
): Promise<PromiseSettledResult<unknown>[]> {
  const answers = await connection.settle([...appends, ...questions], milliseconds);
  const appended = answers.slice(0, appends.length);
  const failure = appended.find((answer) => answer.status === 'rejected');
  if (failure === undefined) return answers.slice(appends.length);
  if (appended.every(({ status }) => status === 'rejected')) throw failure.reason;
  throw new RevocationLogError(`the server has a part of it: ${causeOf(failure.reason)}`);
}
