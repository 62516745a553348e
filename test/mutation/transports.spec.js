import { together } from './together.js';

// As in nest.spec.js.
if (Reflect.get(globalThis, 'mutantIsKilled')) it('has nothing left to tell', () => {});
else await together('transports');
