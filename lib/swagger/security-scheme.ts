import type { OpenAPIObject } from '@nestjs/swagger';

/**
 * The name of the security scheme that `addScwSecurity()` adds to a document. Needed only where nothing can find out by
 * itself what a route wants: it is guarded by other means than `ScalewayAuthGuard`, or a person may call it instead.
 *
 * @example
 * @ApiSecurity(SCW_SECURITY)
 * @ApiBearerAuth() // either of the two
 * @UseGuards(AuthGuard([SCALEWAY_JWT, 'jwt']))
 * @Controller('reports')
 * export class ReportsController {}
 */
export const SCW_SECURITY = 'scaleway-token';

/** The header that Scaleway's own documentation sends tokens in, and that the guard asks first unless told otherwise. */
export const DEFAULT_HEADER = 'x-auth-token';

export type SecurityScheme = Exclude<
  NonNullable<NonNullable<OpenAPIObject['components']>['securitySchemes']>[string],
  { $ref: string }
>;

/**
 * How a token is sent in a header. One scheme for the one header that the guard asks first, although it takes others too:
 * whatever a page or an API tester fills in is then what decides.
 *
 * @param header in lower case
 */
export function securityScheme(header: string): SecurityScheme {
  const description =
    'A JSON Web Token that Scaleway has issued for this container or for its namespace. Paste the token alone.';
  if (header === 'authorization') return { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description };
  return { type: 'apiKey', in: 'header', name: capitalized(header), description };
}

/** As headers are usually written; servers compare them in any letter case. */
function capitalized(header: string): string {
  return header.replace(/(?<=^|-)[a-z]/g, (letter) => letter.toUpperCase());
}
