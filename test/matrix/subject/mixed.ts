// An application that gets its controllers from a library of the other module system, and with them the other copy of the
// package.
import type * as controllers from './controllers.js';
import { serve } from './serve.js';

async function main(): Promise<void> {
  await serve((await import(process.env['LIBRARY']!)) as typeof controllers);
}
void main();
