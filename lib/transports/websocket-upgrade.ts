import type { RequestHeaders } from '../request/token-extractor.js';

/** A registered symbol: the adapter and the guard may come from different copies of this package. */
const UPGRADE = Symbol.for('nestjs-scaleway-auth:websocket-upgrade');

interface UpgradedClient {
  [UPGRADE]?: RequestHeaders;
}

/** Keeps on a WebSocket's client the headers of the request that opened it, and nothing else of it. */
export function keepUpgrade(client: object, { headers, rawHeaders }: RequestHeaders): void {
  Object.defineProperty(client, UPGRADE, { value: Object.freeze({ headers, rawHeaders }), configurable: true });
}

/** What was kept; undefined where no ScwWsAdapter was at work. */
export function upgradeOf(client: object): RequestHeaders | undefined {
  return (client as UpgradedClient)[UPGRADE];
}
