import { Controller, ForbiddenException, Get, Injectable, Module, Req, UseGuards } from '@nestjs/common';
import { AuthGuard, PassportModule, PassportStrategy } from '@nestjs/passport';
import { ExtractJwt, Strategy } from 'passport-jwt';

interface Payload {
  application_claim: [{ namespace_id: string; application_id: string }];
}

@Injectable()
export class ScalewayStrategy extends PassportStrategy(Strategy, 'scaleway') {
  constructor() {
    super({
      jwtFromRequest: ExtractJwt.fromHeader('x-auth-token'),
      secretOrKey: process.env.SCW_PUBLIC_KEY!,
      algorithms: ['RS256'],
    });
  }

  validate({ application_claim: [claim] }: Payload) {
    const { SCW_NAMESPACE_ID, SCW_APPLICATION_ID } = process.env;
    if (claim.namespace_id !== SCW_NAMESPACE_ID && claim.application_id !== SCW_APPLICATION_ID)
      throw new ForbiddenException();
    return { namespaceId: claim.namespace_id, applicationId: claim.application_id };
  }
}

@UseGuards(AuthGuard('scaleway'))
@Controller('orders')
export class OrdersController {
  @Get()
  list(@Req() request: { user: { namespaceId: string } }) {
    return `orders of ${request.user.namespaceId}`;
  }
}

@Module({ imports: [PassportModule], providers: [ScalewayStrategy], controllers: [OrdersController] })
export class AppModule {}
