// A visitor with a phone and nothing installed finds the school, measures, and sees it stored; also
// where the line breaks off before the result is.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { World, eventually } from "./world.js";

const PHONE = { width: 390, height: 844 };

let world;
let schools;

before(async () => {
  world = await World.begin({ schools: 400 });
  const { items } = await world.api(
    "/api/v1/schools?country=XTH&status=connected_unmeasured&limit=50",
  );
  schools = items;
});

after(() => world?.end());

const tests = async (school) =>
  (await world.api(`/api/v1/schools/${school.id}/series?days=28`)).tests;

async function onlyOneOfItsName() {
  for (const school of schools.slice(2)) {
    const q = encodeURIComponent(school.name);
    const { total } = await world.api(`/api/v1/schools?country=XTH&q=${q}`);
    if (total === 1) return school;
  }
  throw new Error("no school has a name of its own");
}

test("a visitor measures at the school that was searched for", async () => {
  const school = await onlyOneOfItsName();
  const page = await world.page(PHONE);
  await page.goto(`${world.url}/measure`);
  await page.fill('[data-testid="search"]', school.name);
  await page.click('[role="option"]');
  await page.waitForSelector('[data-testid="measure-start"]');
  assert.equal(
    await page.textContent('[data-testid="measure-school"]'),
    school.name,
  );
  await page.click('[data-testid="measure-start"]');
  await page.waitForSelector('[data-testid="measure-stored"]', {
    timeout: 40_000,
  });
  const [stored, ...rest] = await tests(school);
  assert.deepEqual(rest, []);
  assert.equal(stored.vantage, "browser");
  assert.equal(stored.invalid_reason, null);
  assert.ok(stored.download_mbps > 0 && stored.upload_mbps > 0);
  assert.match(
    await page.textContent('[data-testid="measure-result"]'),
    /Mbps/,
  );
  // The map hears of it as of every other measurement.
  await eventually("the school has a status of its own", 30, async () => {
    const { status } = await world.api(`/api/v1/schools/${school.id}`);
    return status.valid_tests === 1;
  });
  assert.deepEqual(page.faults, []);
});

test("a result waits on the device until the line is back, and is stored once", async () => {
  const school = schools[0];
  const page = await world.page(PHONE);
  await page.route("**/browser-tests", (route) => route.abort());
  await page.goto(`${world.url}/measure?school=${school.id}`);
  await page.click('[data-testid="measure-start"]');
  await page.waitForSelector('[data-testid="measure-waiting"]', {
    timeout: 40_000,
  });
  assert.deepEqual(await tests(school), []);
  await page.unroute("**/browser-tests");
  await page.reload();
  await eventually(
    "the result has arrived",
    20,
    async () => (await tests(school)).length === 1,
  );
  await page.waitForSelector('[data-testid="measure-waiting"]', {
    state: "detached",
  });
});

test("a busy measurement server is told apart from a bad line", async () => {
  const school = schools[1];
  const page = await world.page(PHONE);
  await page.route("**/v2/nearest/**", (route) =>
    route.fulfill({
      json: {
        results: [
          {
            urls: {
              "ws:///ndt/v7/download": `ws://127.0.0.1:${world.speedPort}/nothing`,
              "ws:///ndt/v7/upload": `ws://127.0.0.1:${world.speedPort}/nothing`,
            },
          },
        ],
      },
    }),
  );
  await page.goto(`${world.url}/measure?school=${school.id}`);
  await page.click('[data-testid="measure-start"]');
  const alert = await page.waitForSelector('[role="alert"]', {
    timeout: 20_000,
  });
  assert.match(await alert.textContent(), /did not let this browser in/);
  assert.deepEqual(await tests(school), []);
});
