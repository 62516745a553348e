// Ends by nothing but SIGKILL, and so does what it starts.
import { spawn } from 'node:child_process';

const named = process.argv[2] ?? 'command';
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => console.log(`${named} got ${signal}`));
setInterval(() => {}, 1000);
console.log(`${named} is ready: ${process.pid}`);
if (named === 'command') spawn(process.execPath, [process.argv[1], 'child'], { stdio: 'inherit' });
