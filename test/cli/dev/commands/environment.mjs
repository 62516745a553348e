// Prints the environment that it was started with.
console.log(JSON.stringify(process.env));
