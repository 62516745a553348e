import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { RedisRevocationLog } from 'nestjs-scaleway-auth/redis';
import { now, token } from '../../support/issuer.js';
import { sleep } from '../replicas.js';

/** What replicas may take to know an entry, in milliseconds. */
const PROMISE_MS = 1000;
const REQUEST_EVERY_MS = 10;
const REVOKE_EVERY_MS = 150;
/** Requests to a replica that does not answer. */
const MAX_UNANSWERED = 300;

/** Good on a clock that is 2 hours wrong, too. */
const TIMES = { iat: now() - 3 * 3600, nbf: now() - 3 * 3600, exp: now() + 3 * 3600 };

interface Revoked {
  readonly id: string;
  readonly token: string;
  readonly acknowledgedAt: number;
}

/** What one replica answered. */
export class Tally {
  requests = 0;
  goodRefused = 0;
  /** Requests with revoked tokens that got in after the acknowledgement, with the time after it in milliseconds. */
  readonly late: { readonly id: string; readonly after: number }[] = [];

  /** Revoked tokens let in by requests that were sent more than a second after the acknowledgement. */
  get letIn(): number {
    return this.late.filter(({ after }) => after > PROMISE_MS).length;
  }

  /** The longest time after an acknowledgement at which a token still got in, in milliseconds. */
  get latest(): number {
    return Math.max(0, ...this.late.map(({ after }) => after));
  }

  forget(ids: ReadonlySet<string>): void {
    this.late.splice(0, Infinity, ...this.late.filter(({ id }) => !ids.has(id)));
  }
}

/** Requests to replicas, and an operator who revokes, as the command line does: without reading. */
export class Field {
  readonly tallies = new Map<string, Tally>();
  readonly revoked: Revoked[] = [];
  attempts = 0;
  private readonly good = token(TIMES);
  private readonly stopping = new AbortController();
  private readonly work: Promise<void>[] = [];
  private readonly agent = new Agent({ keepAlive: true, maxSockets: Infinity });

  constructor(public storeUrl: () => string) {
    this.work.push(this.keepRevoking());
  }

  watch(name: string, port: number): void {
    const tally = new Tally();
    this.tallies.set(name, tally);
    this.work.push(this.keepAsking(port, tally));
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.all(this.work);
    this.agent.destroy();
  }

  /** Sets aside the entries that the log no longer holds: it lost them before any replica had read them. */
  async settle(): Promise<{ acknowledged: number; lost: number }> {
    const log = new RedisRevocationLog({ url: this.storeUrl() });
    let held = '';
    for (let cursor: string | undefined; ;) {
      const page = await log.read(cursor);
      held += page.entries.join();
      cursor = page.cursor;
      if (!page.more) break;
    }
    await log.close();
    const lost = new Set(this.revoked.map(({ id }) => id).filter((id) => !held.includes(id)));
    for (const tally of this.tallies.values()) tally.forget(lost);
    return { acknowledged: this.revoked.length, lost: lost.size };
  }

  private async keepRevoking(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      const tokenId = randomUUID();
      const revoked = token({ ...TIMES, jti: tokenId });
      const log = new RedisRevocationLog({ url: this.storeUrl() });
      this.attempts++;
      try {
        await log.append([
          JSON.stringify({ uid: randomUUID().slice(0, 12), id: `jti:${tokenId}`, until: TIMES.exp * 1000 }),
        ]);
        this.revoked.push({ id: `jti:${tokenId}`, token: revoked, acknowledgedAt: performance.now() });
      } catch {
        // Not acknowledged, so nothing was promised.
      }
      await log.close();
      await sleep(REVOKE_EVERY_MS);
    }
  }

  private async keepAsking(port: number, tally: Tally): Promise<void> {
    let unanswered = 0;
    // Not awaited: a replica that is stopped finds the requests waiting when it goes on.
    const askOnce = async (chosen: Revoked | undefined) => {
      unanswered++;
      const sentAt = performance.now();
      const status = await this.ask(port, chosen?.token ?? this.good);
      unanswered--;
      if (status === undefined) return;
      tally.requests++;
      if (chosen === undefined) tally.goodRefused += status === 200 ? 0 : 1;
      else if (status === 200) tally.late.push({ id: chosen.id, after: sentAt - chosen.acknowledgedAt });
    };
    for (let turn = 0; !this.stopping.signal.aborted; turn++) {
      await sleep(REQUEST_EVERY_MS);
      if (unanswered < MAX_UNANSWERED) void askOnce(this.choose(turn));
    }
  }

  /** By turns a good token, one of those revoked last, and any. */
  private choose(turn: number): Revoked | undefined {
    const { revoked } = this;
    if (turn % 3 === 0) return undefined;
    if (turn % 3 === 1) return revoked.at(-1 - (turn % 8));
    return revoked[Math.floor(Math.random() * revoked.length)];
  }

  private ask(port: number, text: string): Promise<number | undefined> {
    return new Promise((resolve) => {
      const asked = request(
        { port, host: '127.0.0.1', path: '/whoami', agent: this.agent, headers: { 'X-Auth-Token': text } },
        (response) => response.resume().on('end', () => resolve(response.statusCode)),
      );
      asked.on('error', () => resolve(undefined)).end();
    });
  }
}
