// M-Lab's own client in a real browser, against our measurement server: both directions, found by
// the service's list as M-Lab's Locate would give it, and by its address.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import path from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

import { World } from "./world.js";

const library = path.resolve(
  path.dirname(fileURLToPath(import.meta.url)),
  "node_modules/@m-lab/ndt7/src",
);

let world;
let pages;
let origin;

/** Serves the library's files and an empty page. */
async function serveLibrary() {
  pages = createServer(async (request, response) => {
    const name = path.basename(new URL(request.url, "http://x").pathname);
    if (name === "") {
      response.setHeader("content-type", "text/html");
      response.end(
        '<!doctype html><title>ndt7</title><script src="/ndt7.js"></script>',
      );
      return;
    }
    try {
      const body = await readFile(path.join(library, name));
      response.setHeader("content-type", "text/javascript");
      response.end(body);
    } catch {
      response.statusCode = 404;
      response.end();
    }
  });
  await new Promise((resolve) => pages.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${pages.address().port}`;
}

before(async () => {
  world = await World.begin({ schools: 20 });
  await serveLibrary();
});

after(async () => {
  pages?.close();
  await world?.end();
});

/** Runs a whole test in the browser and returns what the client made of it. */
async function measure(config) {
  const page = await (await world.browser.newContext()).newPage();
  await page.goto(origin);
  const result = await page.evaluate(async (config) => {
    const told = { errors: [], servers: [] };
    const code = await window.ndt7.test(
      {
        userAcceptedDataPolicy: true,
        downloadworkerfile: "/ndt7-download-worker.js",
        uploadworkerfile: "/ndt7-upload-worker.js",
        metadata: { client_name: "m-lab-in-a-browser" },
        ...config,
      },
      {
        error: (error) => told.errors.push(String(error)),
        serverChosen: (server) => told.servers.push(server.machine ?? "named"),
        downloadComplete: (data) => (told.download = data),
        uploadComplete: (data) => (told.upload = data),
      },
    );
    return { code, ...told };
  }, config);
  await page.context().close();
  return result;
}

function judge(result) {
  assert.deepEqual(result.errors, []);
  assert.equal(result.code, 0);
  assert.ok(
    result.download.LastClientMeasurement.MeanClientMbps > 1,
    "a rate down",
  );
  const { TCPInfo } = result.upload.LastServerMeasurement;
  assert.ok(TCPInfo.BytesReceived > 1e6, "the server counted the upload");
  assert.ok(TCPInfo.ElapsedTime > 8e6, "over its ten seconds");
  assert.ok(TCPInfo.MinRTT > 0, "and the round trip");
}

test("M-Lab's client measures where our list sends it", async () => {
  const result = await measure({
    protocol: "ws",
    loadbalancer: `${world.url}/v2/nearest/ndt/ndt7`,
  });
  judge(result);
  assert.deepEqual(result.servers, ["127.0.0.1"]);
});

test("M-Lab's client measures at a server that it is told", async () => {
  judge(
    await measure({ protocol: "ws", server: `127.0.0.1:${world.speedPort}` }),
  );
});
