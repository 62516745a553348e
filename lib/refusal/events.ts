import { channel } from 'node:diagnostics_channel';
import type { ScwRefusalReason } from './refusal-reasons.js';
import type { ScwTokenScope } from '../container/token-scope.js';

/** What subscribers of `nestjs-scaleway-auth:accepted` get, for each request that the guard lets in with a token. */
export interface ScwAcceptedEvent {
  /** `Class.method`. */
  readonly handler: string;
  readonly scope: ScwTokenScope;
  /** `jti`. */
  readonly tokenId: string | undefined;
}

/**
 * What subscribers of `nestjs-scaleway-auth:refused` get, for each request that the guard refuses, those included that the log leaves out. Not for
 * refusals by passport's `AuthGuard`, nor for calls in which there is nothing that could carry a token.
 */
export interface ScwRefusedEvent {
  readonly reason: ScwRefusalReason;
  readonly status: 401 | 403;
  /** `Class.method`. */
  readonly handler: string;
  /** The name of the header that decided, in lower case. */
  readonly header: string | undefined;
  /** `jti`, when the signature was verified. */
  readonly tokenId: string | undefined;
}

/**
 * The names of the channels of `node:diagnostics_channel` on which the guard tells what it did. They cost nothing while
 * nobody subscribes. Neither event holds a token, a key or a URL.
 *
 * @example
 * import { subscribe } from 'node:diagnostics_channel';
 * subscribe(SCW_REFUSED, (event) => refused.inc({ reason: (event as ScwRefusedEvent).reason }));
 */
export const SCW_ACCEPTED = 'nestjs-scaleway-auth:accepted';
/** See {@link SCW_ACCEPTED}. */
export const SCW_REFUSED = 'nestjs-scaleway-auth:refused';

/** What is used of a channel. The type of `@types/node` takes parameters in some of its versions, and none in others. */
interface EventChannel {
  readonly hasSubscribers: boolean;
  publish(event: ScwAcceptedEvent | ScwRefusedEvent): void;
}

export const acceptedChannel: EventChannel = channel(SCW_ACCEPTED);
export const refusedChannel: EventChannel = channel(SCW_REFUSED);
