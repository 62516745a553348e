import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environment, foreignKey, token } from '../support/issuer.js';
import { root, run } from '../support/process.js';

// What an old lock file can leave: passport-jwt with a jsonwebtoken of its own. This one takes whatever it is given.
const CREDULOUS = `exports.verify = (token, key, options, done) => done(null, { from: 'the old copy' });`;

const PROGRAM = (form: string) => `
${form === 'esm' ? "import * as library from 'nestjs-scaleway-auth'; import passportJwt from 'passport-jwt';" : "const library = require('nestjs-scaleway-auth'); const passportJwt = require('passport-jwt');"}
const [genuine, forged] = JSON.parse(process.env.TOKENS);
const { ScalewayAuthModule, ScalewayTokenVerifier } = library;
${form === 'esm' ? "import { NestFactory } from '@nestjs/core';" : "const { NestFactory } = require('@nestjs/core');"}
async function main() {
  class Application {}
  const context = await NestFactory.createApplicationContext(
    { module: Application, imports: [ScalewayAuthModule.forRoot()] },
    { logger: false },
  );
  const verifier = context.get(ScalewayTokenVerifier);
  const said = (text) => {
    const verdict = verifier.verifySync({ headers: { 'x-auth-token': text } });
    return verdict.accepted ? 'let in' : verdict.reason;
  };
  const jwtVerifier = passportJwt.Strategy.JwtVerifier;
  let theirs;
  jwtVerifier('any', 'any', {}, (error, payload) => (theirs = payload.from));
  console.log(JSON.stringify([said(genuine), said(forged), theirs, passportJwt.Strategy.JwtVerifier === jwtVerifier]));
  await context.close();
}
main();
`;

describe('a jsonwebtoken under passport-jwt that takes whatever it is given', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'old-jsonwebtoken-'));
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'application', private: true }));
    const modules = join(folder, 'node_modules');
    mkdirSync(modules);
    for (const name of readdirSync(join(root, 'node_modules')))
      if (!['passport-jwt', 'nestjs-scaleway-auth'].includes(name) && !name.startsWith('.'))
        symlinkSync(join(root, 'node_modules', name), join(modules, name));
    cpSync(join(root, 'node_modules/passport-jwt'), join(modules, 'passport-jwt'), { recursive: true });
    const old = join(modules, 'passport-jwt/node_modules/jsonwebtoken');
    mkdirSync(old, { recursive: true });
    writeFileSync(join(old, 'package.json'), JSON.stringify({ name: 'jsonwebtoken', version: '9.0.0' }));
    writeFileSync(join(old, 'index.js'), CREDULOUS);
    const own = join(modules, 'nestjs-scaleway-auth');
    mkdirSync(own);
    for (const name of ['package.json', 'dist']) cpSync(join(root, name), join(own, name), { recursive: true });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(['esm', 'cjs'])('verifies nothing for this container, and is left to others (%s)', async (form) => {
    const file = join(folder, form === 'esm' ? 'main.mjs' : 'main.cjs');
    writeFileSync(file, PROGRAM(form));
    const TOKENS = JSON.stringify([token(), token({}, foreignKey)]);
    const { code, stdout, stderr } = await run(process.execPath, [file], { ...environment, TOKENS });
    expect([code, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toEqual(['let in', 'bad_signature', 'the old copy', true]);
  });
});
