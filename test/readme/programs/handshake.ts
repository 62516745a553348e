import { type OnGatewayInit, WebSocketGateway } from '@nestjs/websockets';
import { ScalewayTokenVerifier } from 'nestjs-scaleway-auth';

interface Server {
  use(
    middleware: (
      socket: { handshake: { headers: object; auth: { token?: string } } },
      next: (error?: Error) => void,
    ) => void | Promise<void>,
  ): void;
}

@WebSocketGateway()
export class OrdersGateway implements OnGatewayInit<Server> {
  constructor(private readonly verifier: ScalewayTokenVerifier) {}

  afterInit(server: Server): void {
    server.use(async ({ handshake }, next) => {
      if (this.verifier.containerIsPublic) return next();
      const token = handshake.auth.token ?? '';
      const verdict = await this.verifier.verify(token);
      next(verdict.accepted ? undefined : new Error('Unauthorized'));
    });
  }
}
