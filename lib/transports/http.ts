import { type ExecutionContext, ForbiddenException, type HttpException, UnauthorizedException } from '@nestjs/common';
import { refusalStatus, type ScwRefusalReason } from '../refusal/refusal-reasons.js';
import { withoutStack } from '../refusal/without-stack.js';
import { OVERRIDE, type Transport, withHeaders } from './transport.js';

/** HTTP/1.1 and HTTP/2, on Express and Fastify; server-sent events too, whose stream starts as any request. */
export const http: Transport = {
  request: (context) => withHeaders(requestOf(context)),
  holder: requestOf,
  refusal: (_context, reason) => httpRefusal(reason),
  remedy: () => `This call has no HTTP request with headers: ${OVERRIDE}`,
};

/**
 * `switchToHttp()` makes functions anew at each call, which takes longer than to find a known token. But a context that
 * somebody wrote for a test may have nothing else.
 */
function requestOf(context: HttpContext): object | undefined {
  return withHeaders(context.getArgByIndex?.(0)) ?? context.switchToHttp().getRequest<object | undefined>();
}

type HttpContext = Pick<ExecutionContext, 'switchToHttp'> & Partial<ExecutionContext>;

/** The standard text alone: no id of this container and no part of the token. */
export function httpRefusal(reason: ScwRefusalReason): HttpException {
  return withoutStack(() =>
    refusalStatus(reason) === 403
      ? new ForbiddenException(undefined, { cause: reason, description: 'Forbidden' })
      : new UnauthorizedException(undefined, { cause: reason, description: 'Unauthorized' }),
  );
}
