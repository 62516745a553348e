import type { IncomingMessage } from 'node:http';
import { WsAdapter } from '@nestjs/platform-ws';
import { keepUpgrade } from '../transports/websocket-upgrade.js';

/**
 * The `WsAdapter` of `@nestjs/platform-ws`, which also keeps the headers of the request that opened a connection. A client
 * of the library `ws` has none of its own, so without this adapter `ScalewayAuthGuard` refuses its messages.
 *
 * It is imported from `nestjs-scaleway-auth/ws`, since it needs `@nestjs/platform-ws`, which most applications do not have.
 *
 * @example
 * import { ScwWsAdapter } from 'nestjs-scaleway-auth/ws';
 *
 * app.useWebSocketAdapter(new ScwWsAdapter(app));
 */
export class ScwWsAdapter extends WsAdapter {
  /** Called by Nest for each gateway. */
  override bindClientConnect(server: any, callback: Function): void {
    super.bindClientConnect(server, (client: object, request: IncomingMessage, ...rest: unknown[]) => {
      keepUpgrade(client, request);
      callback(client, request, ...rest);
    });
  }
}
