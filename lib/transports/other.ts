import type { ExecutionContext, HttpException } from '@nestjs/common';
import type { ScwRefusalReason } from '../refusal/refusal-reasons.js';
import { type Call, OVERRIDE } from './call.js';
import { sharedCallSlot } from './claims-slot.js';
import { httpException, internalError } from './http.js';

/** Queues, bots, commands: whatever calls handlers by a context type of its own. Nothing is known about them. */
export class OtherCall implements Call {
  readonly request = undefined;

  constructor(private readonly context: ExecutionContext) {}

  get claimsSlot(): object | undefined {
    return sharedCallSlot(this.context.getArgs<unknown[]>(), this.context.getHandler());
  }

  reject(reason: ScwRefusalReason): HttpException {
    return httpException(reason);
  }

  get remedy(): string {
    return `Nothing is known about where calls over "${this.context.getType<string>()}" carry a token: ${OVERRIDE}`;
  }

  mask(error: Error): HttpException {
    return internalError(error);
  }
}
