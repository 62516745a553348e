import { channel } from 'node:diagnostics_channel';
import type { ScwRefusalReason } from './refusal-reasons.js';
import type { ScwTokenScope } from '../container/token-scope.js';

/** The event on `nestjs-scaleway-auth:accepted`, for each call that the guard accepts with a token. */
export interface ScwAcceptedEvent {
  /** `Class.method`. */
  readonly handler: string;
  readonly scope: ScwTokenScope;
  /** `jti`. */
  readonly tokenId: string | undefined;
}

/**
 * The event on `nestjs-scaleway-auth:refused`, for each call that the guard refuses, including those that are not logged. It
 * is not published for refusals by passport's `AuthGuard`, or for calls that cannot carry a token.
 */
export interface ScwRefusedEvent {
  readonly reason: ScwRefusalReason;
  readonly status: 401 | 403;
  /** `Class.method`. */
  readonly handler: string;
  /** The name of the header that decided, in lower case; undefined if no header had a value. */
  readonly header: string | undefined;
  /** `jti`, if the signature was verified. */
  readonly tokenId: string | undefined;
}

/**
 * The name of the `node:diagnostics_channel` channel on which the guard publishes a {@link ScwAcceptedEvent} for each call
 * that it accepts with a token. Without subscribers, no events are created. Events contain no token, key or URL.
 *
 * @example
 * import { subscribe } from 'node:diagnostics_channel';
 * subscribe(SCW_ACCEPTED, (event) => accepted.inc({ scope: (event as ScwAcceptedEvent).scope }));
 */
export const SCW_ACCEPTED = 'nestjs-scaleway-auth:accepted';

/**
 * The name of the channel on which the guard publishes a {@link ScwRefusedEvent} for each call that it refuses. See
 * {@link SCW_ACCEPTED}.
 *
 * @example
 * import { subscribe } from 'node:diagnostics_channel';
 * subscribe(SCW_REFUSED, (event) => refused.inc({ reason: (event as ScwRefusedEvent).reason }));
 */
export const SCW_REFUSED = 'nestjs-scaleway-auth:refused';

/** What is used of a channel. The type of `@types/node` takes parameters in some of its versions, and none in others. */
interface EventChannel {
  readonly hasSubscribers: boolean;
  publish(event: ScwAcceptedEvent | ScwRefusedEvent): void;
}

export const acceptedChannel: EventChannel = channel(SCW_ACCEPTED);
export const refusedChannel: EventChannel = channel(SCW_REFUSED);
