import { Agent, request } from 'node:http';
import { environment, token } from '../support/issuer.js';
import { freePort, type Running, start, untilListening } from '../support/process.js';
import { Balancer, type BalancerName, isInstalled } from './balancers.js';

const ROUNDS = 3;
/** By then the balancer knows that an instance is back: the next one goes when that is so. */
const KNOWN_AGAIN_MS = 2000;

class Instance {
  private running: Running | undefined;
  constructor(readonly port: number) {}

  async start(HTTP_PLATFORM: string): Promise<void> {
    const env = { ...environment, DOCS: 'off', HTTP_PLATFORM, PORT: String(this.port) };
    this.running = start(process.execPath, ['dist/sample/main.js'], env);
    await untilListening(`http://127.0.0.1:${this.port}`);
  }

  async end(): Promise<void> {
    this.running!.child.kill('SIGTERM');
    await this.running!.finished;
  }
}

/** Sends requests, one after the other on each of a few connections, until it is stopped; gives all outcomes. */
function load(url: string, method: string) {
  const agent = new Agent({ keepAlive: true });
  const outcomes = new Map<string, number>();
  const stopped = new AbortController();
  const once = () =>
    new Promise<string>((resolve) => {
      const sent = request(url, { agent, method, headers: { 'X-Auth-Token': token() } }, (response) => {
        response.resume().on('end', () => resolve(String(response.statusCode)));
      });
      sent.on('error', (error) => resolve(error.message)).end();
    });
  const worker = async () => {
    while (!stopped.signal.aborted) {
      const outcome = await once();
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
  };
  const workers = Array.from({ length: 8 }, worker);
  return async () => {
    stopped.abort();
    await Promise.all(workers);
    agent.destroy();
    return Object.fromEntries(outcomes);
  };
}

describe.each(['nginx', 'haproxy'] as BalancerName[])('instances that are taken away behind %s', (name) => {
  const test = isInstalled(name) ? it : it.skip;
  if (!isInstalled(name)) console.warn(`SKIPPED: the test of a rolling update behind ${name}, which is not installed.`);

  test.each(['express', 'fastify'])(
    'lose no request, as set up in the manual, on %s',
    async (platform) => {
      const instances = [new Instance(await freePort()), new Instance(await freePort())] as const;
      await Promise.all(instances.map((instance) => instance.start(platform)));
      const balancer = new Balancer(name, await freePort());
      try {
        await balancer.start([instances[0].port, instances[1].port]);
        const stop = load(`http://127.0.0.1:${balancer.port}/whoami`, 'GET');
        for (let round = 0; round < ROUNDS; round++)
          for (const instance of instances) {
            await instance.end();
            await instance.start(platform);
            await new Promise((resolve) => setTimeout(resolve, KNOWN_AGAIN_MS));
          }
        const outcomes = await stop();
        expect({ ...outcomes, '200': 0 }).toEqual({ '200': 0 });
        expect(outcomes['200']).toBeGreaterThan(100);
      } finally {
        await balancer.stop();
        await Promise.all(instances.map((instance) => instance.end()));
      }
    },
    120_000,
  );
});
