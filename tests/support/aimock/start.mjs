// Starts the mock server on a free loopback port and prints {"port": N} once it listens.
//
//   node start.mjs [--upstream http://127.0.0.1:PORT] [--fixtures FILE.json]
//
// With --upstream, a request that no fixture answers is passed on to that OpenAI-compatible server
// (hone serve-model), so real answers travel through a third party's HTTP stack. Faults are set while
// it runs, through its control API; README.md beside this file lists them. SIGTERM ends it.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: { upstream: { type: "string" }, fixtures: { type: "string" } },
});

// The package is installed in the working folder (build/aimock), not beside this file.
const fromWorkingFolder = createRequire(pathToFileURL(`${process.cwd()}/package.json`));
// Its event streams want zlib.crc32, which Node 18 lacks.
const zlib = fromWorkingFolder("node:zlib");
zlib.crc32 ??= (bytes) => {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
};
const { LLMock } = fromWorkingFolder("@copilotkit/aimock");

const options = { port: 0, host: "127.0.0.1", logLevel: "silent", strict: true };
if (values.upstream) {
  options.strict = false;
  options.record = { providers: { openai: values.upstream }, proxyOnly: true };
}
const mock = new LLMock(options);
if (values.fixtures) mock.loadFixtureFile(values.fixtures);
await mock.start();
console.log(JSON.stringify({ port: mock.port }));

process.on("SIGTERM", () => process.exit(0));
