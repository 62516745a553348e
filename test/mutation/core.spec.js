import { together } from './together.js';

await together('container', 'request', 'verification', 'passport', 'refusal', 'routes');
