import { ForbiddenException, type HttpException, UnauthorizedException } from '@nestjs/common';
import { refusalStatus, type ScwRefusalReason } from '../../errors/refusal-reasons.js';
import type { RequestHeaders } from '../../token/token-source.js';
import { withoutStack } from '../../errors/without-stack.js';
import { OVERRIDE, type Transport } from './transport.js';

/** HTTP/1.1 and HTTP/2, on Express and Fastify; server-sent events too, whose stream starts as any request. */
export const http: Transport = {
  request(context) {
    const request = context.switchToHttp().getRequest<RequestHeaders | undefined>();
    return request?.headers === undefined ? undefined : request;
  },
  holder: (context) => context.switchToHttp().getRequest<object | undefined>(),
  refusal: (_context, reason) => httpRefusal(reason),
  remedy: () => `This call has no HTTP request with headers: ${OVERRIDE}`,
};

/** The standard text alone: no id of this container and no part of the token. */
export function httpRefusal(reason: ScwRefusalReason): HttpException {
  return withoutStack(() =>
    refusalStatus(reason) === 403
      ? new ForbiddenException(undefined, { cause: reason, description: 'Forbidden' })
      : new UnauthorizedException(undefined, { cause: reason, description: 'Unauthorized' }),
  );
}
