// Says which signals it gets, and ends a while after the first: late enough to get one that is sent twice.
const named = process.argv[2] ?? 'command';
for (const signal of ['SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    console.log(`${named} got ${signal}`);
    setTimeout(() => process.exit(5), 700);
  });
}
setInterval(() => {}, 1000);
console.log(`${named} is ready: ${process.pid}`);
