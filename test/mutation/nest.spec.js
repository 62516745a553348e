import { together } from './together.js';

// What the core's own tests have found out need not be found out again.
if (Reflect.get(globalThis, 'mutantIsKilled')) it('has nothing left to tell', () => {});
else await together('guard', 'decorators', 'module', 'e2e');
