import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { createScalewayTestIssuer } from 'nestjs-scaleway-auth/testing';
import { AppModule } from './app.module.js';

describe('the whole application', () => {
  const issuer = createScalewayTestIssuer();
  const before = { ...process.env };
  let app: INestApplication;

  beforeAll(async () => {
    Object.assign(process.env, issuer.environment);
    const testing = await Test.createTestingModule({ imports: [AppModule] }).compile();
    app = testing.createNestApplication({ logger: false });
    await app.listen(0, '127.0.0.1');
  });

  afterAll(async () => {
    await app.close();
    process.env = before;
  });

  it.each([
    ['without a token', '', 401],
    ['with a forged one', issuer.forged(), 401],
    ["with another container's", issuer.forOtherContainer(), 403],
    ['with its own', issuer.applicationToken(), 200],
  ])('answers %s', async (_name, token, status) => {
    const response = await fetch(`${await app.getUrl()}/orders`, { headers: { 'X-Auth-Token': token } });
    expect(response.status).toBe(status);
  });
});
