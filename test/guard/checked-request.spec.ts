import { isOfPublicContainer, markServer } from '../../lib/guard/checked-request.js';

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
