import { keepClaims } from '../../lib/transports/claims-slot.js';
import { isOfPublicContainer, markServer } from '../../lib/transports/public-server.js';
import { keepUpgrade } from '../../lib/transports/websocket-upgrade.js';

describe('what the guard leaves on an object', () => {
  // The ES module and the CommonJS copy of this package, and two versions of it, must find each other's.
  it('is under a name that all copies of this package know', () => {
    const [request, server, client] = [{}, {}, {}] as Record<symbol, unknown>[];
    keepClaims(request!, null);
    markServer(server!, true);
    keepUpgrade(client!, { headers: {} });
    const named = (name: string) => Symbol.for(`nestjs-scaleway-auth:${name}`);
    expect(Object.getOwnPropertySymbols(request!)).toEqual([named('claims')]);
    expect(Object.getOwnPropertySymbols(server!)).toEqual([named('public-container')]);
    expect(Object.getOwnPropertySymbols(client!)).toEqual([named('websocket-upgrade')]);
  });
});

describe('a server object that two applications share', () => {
  it.each([
    [[true], true],
    [[false], false],
    [[true, true], true],
    [[true, false], false],
    [[false, true], false],
    [[], false],
  ])('is public only if all of them are: %j', (applications, expected) => {
    const server = {};
    for (const isPublic of applications) markServer(server, isPublic);
    expect([isOfPublicContainer({ app: server }), isOfPublicContainer({ server })]).toEqual([expected, expected]);
  });
});
