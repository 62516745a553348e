import { readFileSync } from 'node:fs';
import { readContainerIdentity } from '../../container/container-identity.js';
import type { LocalContainer } from '../../platform/index.js';
import { ApiError, deniedAuthentication, notFound } from '../../platform/local/api-error.js';
import { bodyArguments } from '../../platform/local/api-arguments.js';
import type { ApiRequest } from '../../platform/local/api.js';
import { Content } from '../../platform/local/content.js';
import { LocalScalewayPlatform } from '../../platform/local/local-scaleway-platform.js';
import type { ContainerPort } from '../container-port.js';
import { reportOn } from '../inspection-report.js';
import { readPastedToken } from '../pasted-token.js';
import { printable } from '../printable.js';
import { readRules } from '../rule-options.js';
import { packageFile } from './package-file.js';
import { RefusalReports } from './refusal-reports.js';
import { readSending, send } from './send.js';
import { ConsoleTokens, TOKEN_KINDS } from './tokens.js';

// Allows only this page's two files and its calls; no frames, and no markup created from text.
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ');

const PAGE_HEADERS = {
  'Content-Security-Policy': POLICY,
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-store',
};

const FILES: Readonly<Record<string, readonly [file: string, type: string]>> = {
  '/': ['index.html', 'text/html; charset=utf-8'],
  '/console.css': ['console.css', 'text/css; charset=utf-8'],
  '/console.js': ['console.js', 'text/javascript; charset=utf-8'],
};

/** The local platform of `dev`, with a running container and a page for the browser. */
export class ConsolePlatform extends LocalScalewayPlatform {
  readonly refusals = new RefusalReports();
  private running: { container: LocalContainer; port: ContainerPort; tokens: ConsoleTokens } | undefined;

  /** The page's address. The key comes after the #, which browsers do not send. */
  get consoleUrl(): string {
    return `${this.url}/#${this.secretKey}`;
  }

  /** Sets the running container; before that the page does not exist. */
  run(container: LocalContainer, port: ContainerPort): ConsoleTokens {
    const tokens = new ConsoleTokens(this, container);
    this.running = { container, port, tokens };
    return tokens;
  }

  protected override async answer(request: ApiRequest): Promise<object> {
    const [path = ''] = request.url.split('?');
    const file = Object.hasOwn(FILES, path) ? FILES[path] : undefined;
    if (file !== undefined && request.method === 'GET') {
      return new Content(file[1], readFileSync(packageFile(file[0])), PAGE_HEADERS);
    }
    if (!path.startsWith('/console/')) return super.answer(request);
    if (path === '/console/refusals') return this.takeReport(request);
    this.authorize(request);
    return this.answerPage(`${request.method} ${path.slice('/console/'.length)}`, request);
  }

  private async takeReport(request: ApiRequest): Promise<object> {
    if (request.key !== this.refusals.key) throw deniedAuthentication('not_found');
    this.refusals.add(bodyArguments(await request.body())['refusals']);
    return {};
  }

  private async answerPage(call: string, request: ApiRequest): Promise<object> {
    if (this.running === undefined) throw new ApiError(503, { message: 'The container is not ready yet.' });
    const { container, port, tokens } = this.running;
    if (call === 'GET state') return this.state();
    const given = bodyArguments(await request.body());
    if (call === 'POST tokens') {
      const token = await tokens.make(given['kind']);
      if (token === undefined) throw notFound('Kind of token');
      return { token };
    }
    if (call === 'POST send') {
      const sending = readSending(given);
      // A process that dev cannot find, such as a Docker container, may still listen on PORT.
      return typeof sending === 'string' ? { problem: sending } : send(sending, port.current() ?? port.expected);
    }
    if (call === 'POST inspect') {
      const pasted = readPastedToken(typeof given['token'] === 'string' ? given['token'] : '');
      const identity = readContainerIdentity(this.environmentOf(container));
      const { header, payload, ...report } = reportOn(pasted, identity, readRules({}));
      // As text, which the page shows unchanged.
      return { ...report, header: shown(header), payload: shown(payload) };
    }
    throw notFound('Path');
  }

  private state(): object {
    const { container, port } = this.running!;
    const others = this.containers('container').filter((each) => each !== container);
    const describe = (each: LocalContainer, label: string) => ({
      label,
      id: each.id,
      namespaceId: each.namespace.id,
      environment: this.environmentOf(each),
    });
    return {
      containers: [
        describe(container, 'This container'),
        ...others.map((each) =>
          describe(each, each.namespace === container.namespace ? 'Sibling container' : 'Other container'),
        ),
      ],
      kinds: TOKEN_KINDS,
      port: { expected: port.expected, current: port.current() ?? null },
      refusals: this.refusals.list(),
    };
  }
}

function shown(value: object | undefined): string | null {
  return value === undefined ? null : printable(JSON.stringify(value, null, 2));
}
