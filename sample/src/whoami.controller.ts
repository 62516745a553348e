import { Controller, Get } from '@nestjs/common';
import { ScwClaims, ScwTokenClaims } from 'nestjs-scaleway-auth';

@Controller('whoami')
export class WhoamiController {
  /** Who called: the ids of the token, or nulls when the container is public. */
  @Get()
  whoami(@ScwClaims() caller: ScwTokenClaims | undefined) {
    return {
      namespaceId: caller?.namespaceId ?? null,
      applicationId: caller?.applicationId ?? null,
      scope: caller?.scope ?? null,
    };
  }
}
