import { together } from './together.js';

await together('container', 'token', 'cache', 'guard', 'http', 'composition');
