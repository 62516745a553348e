// Ends with 3 and leaves two processes behind: one in its own group, one that has made itself independent.
import { spawn } from 'node:child_process';

for (const detached of [false, true]) {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached, stdio: 'ignore' });
  child.unref();
  console.log(`child is ready: ${child.pid}`);
}
setTimeout(() => process.exit(3), 200);
