import {
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  Injectable,
  Req,
  UnauthorizedException,
  UseGuards,
} from '@nestjs/common';
import { ApiBearerAuth, ApiSecurity } from '@nestjs/swagger';
import { ScalewayAuthGuard, ScwClaims, scwClaimsOf, ScwOptional, type ScwTokenClaims } from 'nestjs-scaleway-auth';
import { SCW_SECURITY } from 'nestjs-scaleway-auth/swagger';

export interface Person {
  readonly name: string;
}

/** Your own check of a person's token. */
export abstract class People {
  abstract verify(token: string): Promise<Person | undefined>;
}

interface PersonRequest {
  readonly headers: { readonly authorization?: string };
  person?: Person;
}

/** Lets in containers that ScalewayAuthGuard has let in before, and people. */
@Injectable()
export class PersonOrContainerGuard implements CanActivate {
  constructor(private readonly people: People) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (scwClaimsOf(context) !== undefined) return true;
    const request = context.switchToHttp().getRequest<PersonRequest>();
    const [, token] = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '') ?? [];
    const person = token === undefined ? undefined : await this.people.verify(token);
    if (person === undefined) throw new UnauthorizedException();
    request.person = person;
    return true;
  }
}

@ApiSecurity(SCW_SECURITY)
@ApiBearerAuth() // either of the two
@ScwOptional()
@UseGuards(ScalewayAuthGuard, PersonOrContainerGuard)
@Controller('reports')
export class ReportsController {
  @Get()
  list(@ScwClaims() container: ScwTokenClaims | undefined, @Req() { person }: PersonRequest) {
    return { container: container?.scope, person: person?.name };
  }
}
