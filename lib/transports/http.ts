import {
  type ExecutionContext,
  ForbiddenException,
  type HttpException,
  InternalServerErrorException,
  UnauthorizedException,
} from '@nestjs/common';
import { challengeOf, type ScwRefusalReason, statusOf } from '../refusal/refusal-reasons.js';
import { withoutStack } from '../refusal/without-stack.js';
import type { RequestHeaders } from '../request/token-extractor.js';
import { type Call, OVERRIDE, withHeaders } from './call.js';

type HttpContext = Pick<ExecutionContext, 'switchToHttp'> & Partial<ExecutionContext>;

/** Express's response, Fastify's reply around Node's, or what somebody wrote for a test. */
interface HttpResponse {
  readonly raw?: HttpResponse;
  readonly headersSent?: boolean;
  writeHead?(status: number, ...rest: unknown[]): unknown;
  getHeader?(name: string): string | number | readonly string[] | undefined;
  hasHeader?(name: string): boolean;
  setHeader?(name: string, value: string): unknown;
  header?(name: string, value: string): unknown;
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
    const response = this.response();
    if (response !== undefined) challenge(response.raw ?? response, challengeOf(reason));
    return httpException(reason);
  }

  /**
   * Keeps caches between here and the caller from giving one caller's answer to another (RFC 9111 sections 3.5 and 4.1).
   * What others have said stands; what the handler says later wins.
   */
  keepPrivate(headers: string): void {
    const response = this.response();
    // A time-out may have answered while the guard waited.
    if (response?.getHeader === undefined || (response.raw ?? response).headersSent === true) return;
    if (response.getHeader('Cache-Control') === undefined) setHeader(response, 'Cache-Control', 'private');
    const vary = response.getHeader('Vary');
    setHeader(response, 'Vary', vary === undefined ? headers : `${[vary].flat().join(', ')}, ${headers}`);
  }

  private response(): HttpResponse | undefined {
    return (
      this.context.getArgByIndex?.<HttpResponse | undefined>(1) ??
      this.context.switchToHttp().getResponse<HttpResponse | undefined>()
    );
  }

  get remedy(): string {
    return `This call has no HTTP request with headers: ${OVERRIDE}`;
  }

  mask(error: Error): HttpException {
    return internalError(error);
  }
}

function setHeader(response: HttpResponse, name: string, value: string): void {
  if (response.header === undefined) response.setHeader?.(name, value);
  else response.header(name, value);
}

/**
 * Sends the challenge with a 401 or 403, and with nothing else: another guard may catch the refusal and let the request in.
 * By `writeHead`, which every answer goes through.
 */
function challenge(response: HttpResponse, value: string): void {
  const { writeHead } = response;
  if (writeHead === undefined) return setHeader(response, 'WWW-Authenticate', value);
  response.writeHead = function writeHeadWithChallenge(status, ...rest) {
    const isRefusal = status === 401 || status === 403;
    if (isRefusal && this.hasHeader?.('WWW-Authenticate') === false) this.setHeader?.('WWW-Authenticate', value);
    return writeHead.call(this, status, ...rest);
  };
}

/** Status 500, and the standard text alone. Nest logs no HttpException. */
export function internalError(cause: Error): HttpException {
  return withoutStack(() => new InternalServerErrorException(undefined, { cause }));
}

/** The standard text alone: no id of this container and no part of the token. */
export function httpException(reason: ScwRefusalReason): HttpException {
  return withoutStack(() =>
    statusOf(reason) === 403
      ? new ForbiddenException(undefined, { cause: reason, description: 'Forbidden' })
      : new UnauthorizedException(undefined, { cause: reason, description: 'Unauthorized' }),
  );
}
