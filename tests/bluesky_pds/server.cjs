// A Bluesky server (PDS) with a directory of identities (PLC) of its own, both on this machine only.
//
// Arguments: a folder for its files (deleted at the end), the port of the PDS, the port of the PLC.
// Prints a line when it is ready. Reads lines {"name", "address"} from standard input: from then on
// what it fetches from https://<name>/ comes from that address, so that an application on this
// machine can be a client with a public name. Stops when standard input ends, however that came.
const { randomBytes } = require("node:crypto");
const { mkdirSync, rmSync } = require("node:fs");
const { get } = require("node:http");
const { Server } = require("node:net");
const { join } = require("node:path");
const { createInterface } = require("node:readline");
const { Readable } = require("node:stream");

const [folder, pdsPort, plcPort] = process.argv.slice(2);
const names = new Map();

const listen = Server.prototype.listen;
Server.prototype.listen = function (port, ...rest) {
  // A proxy may have the port that this server is known by.
  const own = String(port) === pdsPort && process.env.PDS_LISTENS ? process.env.PDS_LISTENS : port;
  return listen.call(this, Number(own), "127.0.0.1", ...rest);
};

// What a proxy in front of the application would ask it.
function behindProxy(asked, address) {
  const headers = { accept: "application/json", host: asked.host, "x-forwarded-proto": "https" };
  return new Promise((resolve, reject) => {
    const url = new URL(asked.pathname + asked.search, address);
    const request = get(url, { headers, timeout: 10_000 }, (answer) => {
      resolve(new Response(Readable.toWeb(answer), { status: answer.statusCode, headers: answer.headers }));
    });
    request.on("timeout", () => request.destroy(new Error("No answer."))).on("error", reject);
  });
}

// Before the packages are loaded, which may keep the function they find.
const fetched = globalThis.fetch;
globalThis.fetch = async (input, options) => {
  const asked = new URL(input instanceof Request ? input.url : String(input));
  const address = asked.protocol === "https:" && names.get(asked.host);
  return address ? behindProxy(asked, address) : fetched(input, options);
};

const pds = require("@atproto/pds");
const plc = require("@did-plc/server");

function settings() {
  const data = join(folder, "data");
  mkdirSync(data, { recursive: true });
  return {
    devMode: true,
    disableSsrfProtection: true,
    port: Number(pdsPort),
    hostname: "localhost",
    didPlcUrl: `http://localhost:${plcPort}`,
    dataDirectory: data,
    blobstoreDiskLocation: join(folder, "blobs"),
    serviceHandleDomains: [".test"],
    inviteRequired: false,
    // Nothing beyond this machine: there is no network of servers around this one.
    bskyAppViewUrl: "https://appview.invalid",
    bskyAppViewDid: "did:example:invalid",
    crawlers: [],
    adminPassword: process.env.PDS_ADMIN_PASSWORD,
    jwtSecret: randomBytes(16).toString("hex"),
    dpopSecret: randomBytes(32).toString("hex"),
    plcRotationKeyK256PrivateKeyHex: randomBytes(32).toString("hex"),
  };
}

function stop() {
  rmSync(folder, { recursive: true, force: true });
  process.exit();
}

async function start() {
  await plc.PlcServer.create({ db: plc.Database.mock(), port: Number(plcPort) }).start();
  const env = settings();
  const server = await pds.PDS.create(pds.envToCfg(env), pds.envToSecrets(env));
  await server.start();
  console.log(JSON.stringify({ ready: true }));
}

createInterface({ input: process.stdin })
  .on("line", (line) => {
    const { name, address } = JSON.parse(line);
    names.set(name, address);
    console.log(JSON.stringify({ name }));
  })
  .on("close", stop);
process.on("SIGTERM", stop).on("SIGINT", stop);
start().catch((error) => {
  console.error(error);
  rmSync(folder, { recursive: true, force: true });
  process.exit(1);
});
