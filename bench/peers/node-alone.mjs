// Node.js without a package: the time that every start takes.
export async function open() {
  return {
    // Node.js has loaded it before any program.
    load: { import: "node:process", require: "node:process" },
    async close() {},
  };
}
