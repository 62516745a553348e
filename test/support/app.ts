import { Agent, request as httpRequest } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { DynamicModule, INestApplication, LoggerService, ModuleMetadata, Type } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';

export type Platform = 'express' | 'fastify';
/** Both; TEST_PLATFORM names one, for whoever runs the tests many times. */
export const platforms = (['express', 'fastify'] as const).filter(
  (platform) => (process.env['TEST_PLATFORM'] ?? platform) === platform,
);

export interface Answer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly text: string;
  readonly json: any;
}

export interface RunningApp {
  readonly app: INestApplication;
  readonly url: string;
  /** Header lines as they go over the wire: repeats and letter case are kept. Connections are kept alive. */
  get(path: string, headers?: Record<string, string> | [string, string][]): Promise<Answer>;
  readonly logs: LogLine[];
  close(): Promise<void>;
}

export interface LogLine {
  readonly level: string;
  readonly message: unknown;
  readonly context: unknown;
}

/** A logger that keeps what the application logs. */
export function collectingLogger(logs: LogLine[]): LoggerService {
  const at =
    (level: string) =>
    (message: unknown, ...rest: unknown[]) =>
      void logs.push({ level, message, context: rest.at(-1) });
  return {
    log: at('log'),
    warn: at('warn'),
    error: at('error'),
    debug: at('debug'),
    verbose: at('verbose'),
    fatal: at('fatal'),
  };
}

export function rootModule(metadata: ModuleMetadata): Type {
  class RootModule {}
  Module(metadata)(RootModule);
  return RootModule;
}

/** Starts a real application on a free port of the loopback interface: what all fixtures with an application are made of. */
export async function startApp(
  platform: Platform,
  root: Type | DynamicModule,
  configure: (app: INestApplication) => void | Promise<void> = () => {},
): Promise<RunningApp> {
  const logs: LogLine[] = [];
  const adapter = platform === 'express' ? new ExpressAdapter() : new FastifyAdapter();
  const app = await NestFactory.create(root, adapter, { logger: collectingLogger(logs), abortOnError: false });
  await configure(app);
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const agent = new Agent({ keepAlive: true });
  async function close(): Promise<void> {
    // A server closes when all its connections have: also those that a client of the test keeps for later.
    agent.destroy();
    const closed = app.close();
    app.getHttpServer().closeIdleConnections?.();
    await closed;
  }
  return { app, url, logs, get: (path, headers) => get(`${url}${path}`, headers, 'GET', agent), close };
}

export function get(
  url: string,
  headers: Record<string, string> | [string, string][] = {},
  method = 'GET',
  agent?: Agent,
): Promise<Answer> {
  const pairs = Array.isArray(headers) ? headers : Object.entries(headers);
  return new Promise((resolve, reject) => {
    const { host } = new URL(url);
    const connection = ['Connection', agent === undefined ? 'close' : 'keep-alive'];
    const flat = [['Host', host], connection, ...pairs].flat() as string[];
    const request = httpRequest(url, { method, agent, headers: flat as never }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => {
        let json: unknown;
        try {
          json = JSON.parse(text);
        } catch {
          json = undefined;
        }
        resolve({ status: response.statusCode!, headers: response.headers, text, json });
      });
    });
    request.on('error', reject).end();
  });
}

/** Sends bytes as they are, and gives all that comes back. */
export function exchange(url: string, raw: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(Number(port), hostname, () => socket.write(Buffer.from(raw, 'latin1')));
    socket.setTimeout(10_000, () => socket.destroy(new Error('no end of an answer')));
    socket.setEncoding('latin1').on('data', (chunk: string) => (text += chunk));
    // A server that refuses a request half-read resets the connection; what it said before counts.
    socket.on('error', (error) => (text === '' ? reject(error) : resolve(text)));
    socket.on('close', () => resolve(text));
  });
}
