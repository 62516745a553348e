import { type ExecutionContext, ForbiddenException, type HttpException, UnauthorizedException } from '@nestjs/common';
import { challengeOf, type ScwRefusalReason, statusOf } from '../refusal/refusal-reasons.js';
import { withoutStack } from '../refusal/without-stack.js';
import type { RequestHeaders } from '../request/token-extractor.js';
import { type Call, OVERRIDE, withHeaders } from './call.js';

type HttpContext = Pick<ExecutionContext, 'switchToHttp'> & Partial<ExecutionContext>;

/** Express's response and Fastify's reply have `header`, Node's response has `setHeader`. */
interface HttpResponse {
  header?(name: string, value: string): unknown;
  setHeader?(name: string, value: string): unknown;
}

/** HTTP/1.1 and HTTP/2, on Express and Fastify; server-sent events too, whose stream starts as any request. */
export class HttpCall implements Call {
  readonly claimsSlot: object | undefined;

  constructor(private readonly context: HttpContext) {
    // `switchToHttp()` makes functions anew at each call, which takes longer than to find a known token. But a context that
    // somebody wrote for a test may have nothing else.
    this.claimsSlot =
      withHeaders(context.getArgByIndex?.(0)) ?? context.switchToHttp().getRequest<object | undefined>();
  }

  get request(): RequestHeaders | undefined {
    return withHeaders(this.claimsSlot);
  }

  /** Tells the client how to authenticate, too (RFC 6750 section 3). */
  reject(reason: ScwRefusalReason): HttpException {
    const response = this.context.switchToHttp().getResponse<HttpResponse | undefined>();
    const name = response?.header === undefined ? 'setHeader' : 'header';
    response?.[name]?.('WWW-Authenticate', challengeOf(reason));
    return httpException(reason);
  }

  get remedy(): string {
    return `This call has no HTTP request with headers: ${OVERRIDE}`;
  }
}

/** The standard text alone: no id of this container and no part of the token. */
export function httpException(reason: ScwRefusalReason): HttpException {
  return withoutStack(() =>
    statusOf(reason) === 403
      ? new ForbiddenException(undefined, { cause: reason, description: 'Forbidden' })
      : new UnauthorizedException(undefined, { cause: reason, description: 'Unauthorized' }),
  );
}
