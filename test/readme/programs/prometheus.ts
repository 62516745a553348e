import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { Controller, Get, Header, Module, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { SCW_ACCEPTED, SCW_REFUSED, type ScwAcceptedEvent, type ScwRefusedEvent } from 'nestjs-scaleway-auth';
import { Counter, Registry } from 'prom-client';

const registry = new Registry();

const accepted = new Counter({
  name: 'scw_auth_accepted_total',
  help: 'Requests accepted with a token',
  labelNames: ['scope', 'handler'],
  registers: [registry],
});

const refused = new Counter({
  name: 'scw_auth_refused_total',
  help: 'Requests refused',
  labelNames: ['reason', 'handler'],
  registers: [registry],
});

const onAccepted = (event: unknown) => {
  const { scope, handler } = event as ScwAcceptedEvent;
  accepted.inc({ scope, handler });
};

const onRefused = (event: unknown) => {
  const { reason, handler } = event as ScwRefusedEvent;
  refused.inc({ reason, handler });
};

@Controller('metrics')
export class MetricsController implements OnModuleInit, OnModuleDestroy {
  onModuleInit() {
    subscribe(SCW_ACCEPTED, onAccepted);
    subscribe(SCW_REFUSED, onRefused);
  }

  onModuleDestroy() {
    unsubscribe(SCW_ACCEPTED, onAccepted);
    unsubscribe(SCW_REFUSED, onRefused);
  }

  @Header('Content-Type', registry.contentType)
  @Get()
  metrics(): Promise<string> {
    return registry.metrics();
  }
}

@Module({ controllers: [MetricsController] })
export class MetricsModule {}
