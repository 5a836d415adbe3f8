// What each user came to do, in a real browser, at desktop and phone width.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { World, eventually } from "./world.js";

const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };

let world;
before(async () => {
  world = await World.begin({ schools: 2000 });
});
after(() => world?.end());

async function openMap(page, path = "/") {
  await page.goto(world.url + path);
  await page.waitForSelector('[data-testid="map"][data-ready="true"]', { timeout: 30_000 });
}

/** A placed school that nobody measured yet. */
async function unmeasured() {
  const { items } = await world.api(
    "/api/v1/schools?country=XTH&status=connected_unmeasured&limit=50",
  );
  const school = items.find((item) => item.location && !unmeasured.taken.has(item.id));
  unmeasured.taken.add(school.id);
  return school;
}
unmeasured.taken = new Set();

/** The first school of the whole list, page by page, that fits. */
async function firstSchool(fits) {
  let cursor = "";
  for (;;) {
    const page = await world.api(`/api/v1/schools?country=XTH&limit=500${cursor}`);
    const found = page.items.find(fits);
    if (found || !page.next_cursor) return found;
    cursor = `&cursor=${page.next_cursor}`;
  }
}

async function clickSchool(page, school) {
  const { longitude, latitude } = school.location;
  await page.evaluate(
    ([lng, lat]) => {
      const { map } = globalThis.__schoolbeat;
      map.jumpTo({ center: [lng, lat], zoom: 13 });
      return new Promise((resolve) => map.once("idle", resolve));
    },
    [longitude, latitude],
  );
  const box = await page.locator('[data-testid="map"] canvas').first().boundingBox();
  const point = await page.evaluate(
    ([lng, lat]) => globalThis.__schoolbeat.map.project([lng, lat]),
    [longitude, latitude],
  );
  await page.mouse.click(box.x + point.x, box.y + point.y);
}

const text = (page, id) => page.locator(`[data-testid="${id}"]`).innerText();

test("a measurement of a real probe arrives on the open page without reloading", async () => {
  const page = await world.page(DESKTOP);
  await openMap(page);
  const school = await unmeasured();
  await clickSchool(page, school);
  await eventually("the panel shows the school", 10, async () =>
    (await text(page, "school-panel")).includes(school.name),
  );
  await page.evaluate(() => (globalThis.__marker = "not reloaded"));
  const before = await text(page, "school-status");

  const state = await world.enrol(school.id);
  await world.probe(state, "once", "--max-seconds", "1");

  await eventually("the status changes", 5, async () => {
    const now = await text(page, "school-status");
    return now !== before && /Mbps/.test(now);
  });
  await eventually("the map has the new status", 5, async () =>
    page.evaluate((id) => {
      const { map } = globalThis.__schoolbeat;
      const features = map.queryRenderedFeatures().filter((f) => f.properties.id === id);
      return features.length > 0 && features[0].properties.status === "good";
    }, school.id),
  );
  await page.waitForSelector('[data-testid="latest-test"]');
  assert.equal(await page.evaluate(() => globalThis.__marker), "not reloaded");
  assert.deepEqual(page.faults, []);
  await page.close();
});

for (const [name, viewport] of [
  ["desktop", DESKTOP],
  ["phone", PHONE],
]) {
  test(`the map says what is seen, and that the country is invented (${name})`, async () => {
    const page = await world.page(viewport);
    await openMap(page);
    const overview = await world.api("/api/v1/overview?country=XTH");
    const summary = await text(page, "summary");
    assert.match(summary, new RegExp(`of ${overview.schools.toLocaleString("en")} schools are measured`), summary);
    assert.match(await page.locator("body").innerText(), /invented/i);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(width <= viewport.width, `the page is ${width} px wide`);
    assert.deepEqual(page.faults, []);
    await page.close();
  });

  test(`the gap table adds up, and unknown is a column of its own (${name})`, async () => {
    const page = await world.page(viewport);
    await page.goto(`${world.url}/gaps?country=XTH&level=1`);
    await page.waitForSelector('[data-testid="gap-table"]');
    const { total } = await world.api("/api/v1/gaps?country=XTH&level=1");
    const table = await text(page, "gap-table");
    assert.match(table, /unknown/i);
    assert.ok(table.replaceAll(",", "").includes(String(total.schools)), table);
    assert.equal(
      total.schools,
      total.connected + total.not_connected + total.unknown,
      "connected, not connected and unknown are all there is",
    );
    assert.deepEqual(page.faults, []);
    await page.close();
  });
}

test("a school's page can be linked to, and says why a school is not on the map", async () => {
  const page = await world.page(PHONE);
  const lost = await firstSchool((item) => item.location === null);
  assert.ok(lost, "the invented list has schools that lost their position, as real ones have");
  await openMap(page, `/schools/${lost.id}`);
  await eventually("the panel says that it is not on the map", 10, async () =>
    /not on the map|position/i.test(await text(page, "school-panel")),
  );
  assert.deepEqual(page.faults, []);
  await page.close();
});

test("a map that cannot be loaded says so, and is not an empty map", async () => {
  const page = await world.page(DESKTOP);
  await page.route("**/tiles/**", (route) =>
    route.fulfill({ status: 503, contentType: "application/json", body: "{}" }),
  );
  await page.goto(world.url);
  await page.waitForSelector('[data-testid="map-error"]', { timeout: 20_000 });
  assert.match(await text(page, "map-error"), /could not be loaded/i);
  await page.close();
});

test("a technician logs in and gets a code for a probe", async () => {
  const { spawn } = await import("node:child_process");
  await new Promise((resolve, reject) => {
    const added = spawn(world.server.spawnfile, ["user", "add", "amina", "--password-stdin"], {
      env: world.env,
    });
    added.once("exit", (code) => (code === 0 ? resolve() : reject(new Error(`exit ${code}`))));
    added.stdin.end("a long password\n");
  });
  const page = await world.page(PHONE);
  await page.goto(`${world.url}/login`);
  const form = page.locator('[data-testid="login-form"]');
  await form.locator('input:not([type="password"])').first().fill("amina");
  await form.locator('input[type="password"]').fill("a long password");
  await form.locator('button[type="submit"]').click();
  await eventually("the session has begun", 10, async () =>
    page.evaluate(async () => (await fetch("/api/v1/session")).ok),
  );
  const school = await unmeasured();
  await openMap(page, `/schools/${school.id}`);
  await page.getByRole("button", { name: /enrol a probe/i }).click();
  await eventually("a code is shown", 10, async () =>
    /[0-9A-Z]{5}-[0-9A-Z]{5}/.test(await text(page, "school-panel")),
  );
  await page.close();
});
