import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { get } from '../support/app.js';
import { token } from '../support/issuer.js';
import { freePort, run } from '../support/process.js';
import { RedisServer } from '../support/redis.js';

export const SCHEMES = ['redis', 'valkey', 'rediss'] as const;

/** A server that speaks TLS as well, and what a process needs to find and trust it. */
export class StoreServer {
  private readonly folder = mkdtempSync(join(tmpdir(), 'store-'));
  private readonly certificate = join(this.folder, 'certificate.pem');
  private readonly key = join(this.folder, 'key.pem');
  private server: RedisServer | undefined;
  private tlsPort = 0;

  async start(): Promise<void> {
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
    const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...subject];
    execFileSync('openssl', [...request, '-keyout', this.key, '-out', this.certificate], { stdio: 'ignore' });
    this.tlsPort = await freePort();
    const files = ['--tls-cert-file', this.certificate, '--tls-key-file', this.key];
    const trust = ['--tls-ca-cert-file', this.certificate, '--tls-auth-clients', 'no'];
    this.server = new RedisServer(['--appendonly', 'yes', '--tls-port', String(this.tlsPort), ...files, ...trust]);
    await this.server.start();
  }

  environment(scheme: (typeof SCHEMES)[number]) {
    const address = scheme === 'rediss' ? `localhost:${this.tlsPort}` : `127.0.0.1:${this.server!.port}`;
    return { REVOCATION_STORE_URL: `${scheme}://${address}`, NODE_EXTRA_CA_CERTS: this.certificate };
  }

  async remove(): Promise<void> {
    await this.server?.remove();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Revokes a token with the command line, and waits until the sample refuses it. */
export async function expectRevocable(url: string, store: Record<string, string>): Promise<void> {
  const leaked = token();
  const ask = async () => (await get(`${url}/whoami`, { 'X-Auth-Token': leaked })).status;
  for (const end = Date.now() + 5000; (await ask()) !== 200;)
    if (Date.now() > end) throw new Error('No list was read.');
  const [, payload] = leaked.split('.');
  const { jti } = JSON.parse(Buffer.from(payload!, 'base64url').toString()) as { jti: string };
  const revoked = await run(process.execPath, ['dist/esm/cli/main.js', 'revoke', '--new', '--token-id', jti], store);
  expect(revoked).toMatchObject({ code: 0 });
  for (const end = Date.now() + 5000; (await ask()) !== 401;) if (Date.now() > end) throw new Error('It is let in.');
}
