import { subscribe } from 'node:diagnostics_channel';
import { metrics } from '@opentelemetry/api';
import { SCW_ACCEPTED, SCW_REFUSED, type ScwAcceptedEvent, type ScwRefusedEvent } from 'nestjs-scaleway-auth';

/** Call this once, after the SDK has started. Before that, OpenTelemetry returns counters that count nothing. */
export function countWithOpenTelemetry(): void {
  const meter = metrics.getMeter('nestjs-scaleway-auth');
  const accepted = meter.createCounter('scw_auth.accepted', { description: 'Requests accepted with a token' });
  const refused = meter.createCounter('scw_auth.refused', { description: 'Requests refused' });

  subscribe(SCW_ACCEPTED, (event) => {
    const { scope, handler } = event as ScwAcceptedEvent;
    accepted.add(1, { scope, handler });
  });
  subscribe(SCW_REFUSED, (event) => {
    const { reason, status, handler } = event as ScwRefusedEvent;
    refused.add(1, { reason, status, handler });
  });
}
