import { environment, publicKeyPem } from '../support/issuer.js';
import { run } from '../support/process.js';

const sample = (env: Record<string, string | undefined>) =>
  run(process.execPath, ['dist/sample/main.js'], { PORT: '0', ...env });

const occurrences = (text: string, part: string) => text.split(part).length - 1;

describe.each(['express', 'fastify'])('a container that is set up wrongly, on %s', (HTTP_PLATFORM) => {
  it.each([
    ['no key', { SCW_PUBLIC_KEY: undefined }, 'SCW_PUBLIC_KEY is not set'],
    ['a bad key', { SCW_PUBLIC_KEY: publicKeyPem.slice(0, 300) }, 'SCW_PUBLIC_KEY is a damaged PEM'],
    [
      'no ids',
      { SCW_NAMESPACE_ID: '', SCW_APPLICATION_ID: undefined },
      'SCW_NAMESPACE_ID and SCW_APPLICATION_ID are both',
    ],
  ])('does not boot with %s: one readable message, and an exit code', async (_, change, message) => {
    const { code, stdout, stderr } = await sample({ HTTP_PLATFORM, ...environment, ...change });
    expect(code).toBe(1);
    expect(occurrences(stdout + stderr, message)).toBe(1);
    expect(stderr).toContain(message);
    expect(stderr).toContain('npx nestjs-scaleway-auth dev -- <your command>');
    expect(stderr).not.toContain('    at ');
    expect(stdout + stderr).not.toContain(publicKeyPem.slice(40, 100));
  });
});

describe('the reason for which an application does not boot', () => {
  it.each(['false', 'silent', 'levels', 'buffered'])('reaches stderr once when the logger is %s', async (LOGGER) => {
    const { code, stdout, stderr } = await run(process.execPath, ['test/module/quiet-app.mjs'], { LOGGER });
    expect(code).toBe(1);
    expect(occurrences(stderr, 'SCW_PUBLIC_KEY is not set')).toBe(1);
    expect(stdout).not.toContain('booted');
  });

  it.each([
    ['an unknown option', { tolerance: 5 }, 'the option tolerance is not an option'],
    ['an extra of the wrong type', { protectAllRoutes: 'yes' }, 'the option protectAllRoutes must be true or false'],
  ])('names %s', async (_, options, message) => {
    const { code, stderr } = await run(process.execPath, ['test/module/quiet-app.mjs'], {
      LOGGER: 'false',
      SCW_PUBLIC: 'true',
      OPTIONS: JSON.stringify(options),
    });
    expect(code).toBe(1);
    expect(stderr).toContain(message);
  });

  it('is nothing on a public container, whatever else is set', async () => {
    const { code, stdout } = await run(process.execPath, ['test/module/quiet-app.mjs'], {
      LOGGER: 'false',
      SCW_PUBLIC: 'True',
      SCW_PUBLIC_KEY: 'nonsense',
    });
    expect([code, stdout.trim()]).toEqual([0, 'booted']);
  });
});
