// A server with an invented country, real probes and a real browser, for one test file.

import { execFile, spawn } from "node:child_process";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { chromium } from "playwright-core";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const target = process.env.CARGO_TARGET_DIR ?? path.join(root, "target");
const binary = (name) => path.join(target, "debug", name);
const run = promisify(execFile);

const BROWSERS = [
  process.env.CHROMIUM,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
];

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Asks until the answer is true, for at most `seconds`. */
export async function eventually(what, seconds, ask) {
  const deadline = Date.now() + seconds * 1000;
  let last;
  while (Date.now() < deadline) {
    try {
      last = await ask();
      if (last) return last;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`not within ${seconds} s: ${what} (last: ${last})`);
}

export class World {
  static async begin({ schools }) {
    const world = new World();
    world.dir = await mkdtemp(path.join(tmpdir(), "schoolbeat-e2e-"));
    // PostgreSQL's user must be able to pass through.
    await chmod(world.dir, 0o755);
    const port = await freePort();
    world.speedPort = await freePort();
    world.url = `http://127.0.0.1:${port}`;
    world.env = {
      PATH: process.env.PATH,
      SCHOOLBEAT_DATA_DIR: path.join(world.dir, "data"),
      SCHOOLBEAT_LISTEN: `127.0.0.1:${port}`,
      SCHOOLBEAT_NDT7_LISTEN: `127.0.0.1:${world.speedPort}`,
    };
    await world.serve();
    await world.command("simulate", "--schools", String(schools), "--days", "7", "--seed", "11");
    const executablePath = BROWSERS.find((candidate) => candidate && existsSync(candidate));
    if (!executablePath) throw new Error("no Chromium: run `make setup`, or set CHROMIUM");
    world.browser = await chromium.launch({
      executablePath,
      args: [
        "--no-sandbox",
        "--use-angle=swiftshader",
        "--enable-unsafe-swiftshader",
        "--ignore-gpu-blocklist",
        "--disable-background-networking",
      ],
    });
    return world;
  }

  async serve() {
    this.log = "";
    this.server = spawn(binary("schoolbeat"), ["serve"], { env: this.env });
    this.server.stderr.on("data", (data) => (this.log += data));
    await eventually(`the server is ready\n${this.log}`, 30, async () => {
      if (this.server.exitCode !== null) throw new Error(`the server ended: ${this.log}`);
      return (await fetch(`${this.url}/health/ready`)).ok;
    });
  }

  /** One command beside the running server; its JSON answer. */
  async command(...args) {
    const { stdout } = await run(binary("schoolbeat"), [...args, "--json"], { env: this.env });
    return JSON.parse(stdout);
  }

  /** An administrator who can log in. */
  async addUser(login, password) {
    const added = spawn(binary("schoolbeat"), ["user", "add", login, "--password-stdin"], {
      env: this.env,
    });
    const ended = new Promise((resolve) => added.once("exit", resolve));
    added.stdin.end(`${password}\n`);
    const code = await ended;
    if (code !== 0) throw new Error(`user add ${login}: exit ${code}`);
  }

  async api(pathname) {
    const response = await fetch(this.url + pathname);
    if (!response.ok) throw new Error(`${pathname}: ${response.status} ${await response.text()}`);
    return response.json();
  }

  /** Enrols a new probe at a school. */
  async enrol(school) {
    const { code } = await this.command("enrol", school);
    const state = path.join(this.dir, `probe-${code}`);
    await this.probe(state, "enrol", "--server", this.url, "--code", code);
    return state;
  }

  async probe(state, ...args) {
    const { stdout } = await run(binary("schoolbeat-probe"), ["--state-dir", state, ...args], {
      env: { PATH: process.env.PATH },
    });
    return stdout;
  }

  /** A page that notes each error and each request to another origin. */
  async page(viewport, options = {}) {
    const context = await this.browser.newContext({ viewport, ...options });
    const page = await context.newPage();
    page.faults = [];
    page.on("console", (message) => {
      if (message.type() === "error") page.faults.push(`console: ${message.text()}`);
    });
    page.on("pageerror", (error) => page.faults.push(`error: ${error.message}`));
    page.on("request", (request) => {
      const url = new URL(request.url());
      if (url.protocol.startsWith("http") && url.origin !== this.url) {
        page.faults.push(`foreign request: ${url}`);
      }
    });
    return page;
  }

  async end() {
    await this.browser?.close();
    if (this.server && this.server.exitCode === null) {
      const ended = new Promise((resolve) => this.server.once("exit", resolve));
      this.server.kill("SIGTERM");
      await ended;
    }
    await rm(this.dir, { recursive: true, force: true });
  }
}
