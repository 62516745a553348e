import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LocalScalewayPlatform, type LocalContainer } from '../../../lib/platform/index.js';
import { run } from '../../support/process.js';
import { quickKeyPair } from '../../platform/local/support.js';

describe('inspect with the variables that dev prints, and no others', () => {
  const platform = new LocalScalewayPlatform();
  let [own, sibling, stranger]: LocalContainer[] = [];

  beforeAll(async () => {
    await platform.start();
    const namespace = await platform.addNamespace({ keyPair: quickKeyPair() });
    own = platform.addContainer(namespace);
    sibling = platform.addContainer(namespace);
    stranger = platform.addContainer(await platform.addNamespace({ keyPair: quickKeyPair() }));
  });
  afterAll(() => platform.stop());

  const inspect = (token: string, args: string[] = [], env: Record<string, string> = {}) => {
    const variables = { SCW_API_URL: platform.url, SCW_SECRET_KEY: platform.secretKey, ...env };
    return run(process.execPath, ['dist/esm/cli/main.js', 'inspect', token, ...args], variables);
  };
  const verdict = async (token: string, ...args: string[]) => {
    const { code, stdout } = await inspect(token, ['--json', ...args]);
    const { reason, notes } = JSON.parse(stdout) as { reason: string | null; notes: string[] };
    return { code, reason, notes };
  };
  const at = (seconds: number) => ({ expiresAt: new Date(Date.now() + seconds * 1000) });
  const forged = (token: string) => token.replace(/[^.]+$/, (signature) => 'A'.repeat(signature.length));
  const changed = (token: string, claims: object) => {
    const [header, payload = '', signature] = token.split('.');
    const old = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
    return `${header}.${Buffer.from(JSON.stringify({ ...old, ...claims })).toString('base64url')}.${signature}`;
  };

  it.each<[string | null, () => Promise<string>, string[]?]>([
    [null, () => platform.issueToken(own!)],
    [null, () => platform.issueToken(own!.namespace, at(60))],
    ['wrong_application', () => platform.issueToken(sibling!)],
    ['bad_signature', () => platform.issueToken(stranger!)],
    ['bad_signature', () => platform.issueToken(stranger!.namespace)],
    ['bad_signature', async () => forged(await platform.issueToken(own!))],
    ['bad_signature', async () => changed(await platform.issueToken(sibling!), { sub: 'other' })],
    ['expired', () => platform.issueToken(own!, at(-60))],
    ['not_yet_valid', async () => changed(await platform.issueToken(own!), { nbf: 9_999_999_999 })],
    ['bad_claim', async () => changed(await platform.issueToken(own!), { exp: 'never' })],
    ['no_expiry', () => platform.issueToken(own!), ['--require-expiry']],
    ['too_old', async () => changed(await platform.issueToken(own!), { iat: 1 }), ['--max-token-age', '60']],
    ['wrong_issuer', () => platform.issueToken(own!), ['--issuer', 'ANOTHER']],
    ['wrong_audience', () => platform.issueToken(own!), ['--audience', 'another']],
    ['wrong_namespace', () => platform.issueToken(own!.namespace), ['--namespace-id', 'another']],
    ['malformed', async () => (await platform.issueToken(own!)).slice(0, -1)],
    ['unsupported_algorithm', async () => `eyJhbGciOiJub25lIn0.e30.${'A'.repeat(683)}`],
    ['unsupported_header', async () => `eyJhbGciOiJSUzI1NiIsImNyaXQiOltdfQ.e30.${'A'.repeat(683)}`],
    ['iam_key', async () => platform.secretKey],
    ['no_token', async () => ' '],
    ['too_long', async () => 'x'.repeat(9000)],
    ['duplicate_token', async () => `${await platform.issueToken(own!)},x`],
  ])('answers %s as the container that dev runs', async (reason, make, args = []) => {
    expect(await verdict(await make(), ...args)).toMatchObject({ code: reason === null ? 0 : 1, reason });
  });

  it('names the container that a token is for, and asks that one when told to', async () => {
    const token = await platform.issueToken(sibling!);
    const { notes } = await verdict(token);
    expect(notes).toEqual([expect.stringContaining(`To check it there: --container-id ${sibling!.id}.`)]);
    expect(await verdict(token, '--container-id', sibling!.id)).toEqual({ code: 0, reason: null, notes: [] });
    const ofStranger = await platform.issueToken(stranger!.namespace);
    expect((await verdict(ofStranger, '--container-id', stranger!.id)).reason).toBeNull();
  });

  it('names what was pasted with a token, and reads the token', async () => {
    const { code, stdout } = await inspect(`"Bearer ${await platform.issueToken(own!)}"`);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Note: The token was pasted with quotes.+\nNote: The token was pasted with "Bearer".+\n/);
    expect(stdout).toContain('\nAccepted by this container, if it is sent as the notes say.\n');
  });

  it('says that it does not know a container, and which there are', async () => {
    const { code, stderr } = await inspect('x', ['--container-id', 'none']);
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining(`It has: ${own!.id}, ${sibling!.id}, ${stranger!.id}.`),
    ]);
  });

  it.each([
    ['nobody answers', { SCW_API_URL: 'http://127.0.0.1:1' }, 'does not answer. Is dev still running?'],
    [
      'the key is of an earlier run',
      { SCW_SECRET_KEY: '11111111-1111-4111-8111-111111111111' },
      'refuses SCW_SECRET_KEY',
    ],
    ['the key cannot be sent', { SCW_SECRET_KEY: 'a\nb' }, 'refuses SCW_SECRET_KEY'],
    ['there is no key', { SCW_SECRET_KEY: '' }, 'refuses SCW_SECRET_KEY'],
  ])('says what to do when %s', async (_, env, message) => {
    const { code, stdout, stderr } = await inspect('x', [], env);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(message);
  });

  it('says that something else listens there', async () => {
    const server = createServer((_request, response) => response.end('<html>')).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const SCW_API_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { code, stderr } = await inspect('x', [], { SCW_API_URL });
    server.close();
    expect([code, stderr]).toEqual([1, expect.stringContaining('is not a local platform')]);
  });

  it.each([
    'https://api.scaleway.invalid',
    'http://scaleway.invalid',
    'http://127.0.0.1.invalid',
    'http://localhost@scaleway.invalid',
    'https://127.0.0.1',
    'no URL',
  ])('asks nobody else than this machine, so that the key stays here: not %s', async (SCW_API_URL) => {
    const { code, stderr } = await inspect('x', [], { SCW_API_URL });
    expect([code, stderr]).toEqual([2, expect.stringContaining('SCW_PUBLIC_KEY is not set')]);
  });

  it('prefers the container that its own variables describe', async () => {
    const token = await platform.issueToken(stranger!);
    const { code } = await inspect(token, [], { ...platform.environmentOf(stranger!) });
    expect(code).toBe(0);
  });
});
