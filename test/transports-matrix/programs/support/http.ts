import { type Caller, type Seen, whoseClaims } from './callers.js';

/** The header that a caller sends. */
export function headersOf({ token }: Caller): Record<string, string> {
  return token === undefined ? {} : { 'X-Auth-Token': token };
}

/** Calls over HTTP as a caller. */
export async function askHttp(url: string, caller: Caller, init: RequestInit = {}): Promise<string> {
  const headers = { ...(init.headers as Record<string, string> | undefined), ...headersOf(caller) };
  const answer = await fetch(url, { ...init, headers });
  return outcome(caller, answer.status, await answer.text());
}

export function outcome(caller: Caller, status: number, text: string): string {
  if (status === 401 || status === 403) return `refused ${status}`;
  if (status >= 300) return `${status} ${text}`;
  try {
    return whoseClaims(caller, JSON.parse(text) as Seen);
  } catch {
    return text;
  }
}
