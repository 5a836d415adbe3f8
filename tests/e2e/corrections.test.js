// What a technician and an administrator do about a school that the list has wrong, at phone and
// desktop width, also where the line breaks.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { after, before, test } from "node:test";
import { World, eventually } from "./world.js";

const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };
const PASSWORD = "a long password";

let world;
let schools;
before(async () => {
  world = await World.begin({ schools: 300 });
  await addUser("amina", "--role", "technician");
  await addUser("head");
  const { items } = await world.api("/api/v1/schools?country=XTH&limit=500");
  schools = items.filter((item) => item.location);
});
after(() => world?.end());

function addUser(login, ...more) {
  return new Promise((resolve, reject) => {
    const arguments_ = ["user", "add", login, "--password-stdin", ...more];
    const added = spawn(world.server.spawnfile, arguments_, { env: world.env });
    added.once("exit", (code) => (code === 0 ? resolve() : reject(new Error(`exit ${code}`))));
    added.stdin.end(`${PASSWORD}\n`);
  });
}

/** A page on which this person is logged in. */
async function loggedIn(login, viewport, options) {
  const page = await world.page(viewport, options);
  await page.goto(`${world.url}/login`);
  const form = page.locator('[data-testid="login-form"]');
  await form.locator('input:not([type="password"])').first().fill(login);
  await form.locator('input[type="password"]').fill(PASSWORD);
  await form.locator('button[type="submit"]').click();
  await page.waitForSelector('[data-testid="map"][data-ready="true"]', { timeout: 60_000 });
  return page;
}

async function openSchool(page, school) {
  await page.goto(`${world.url}/schools/${school.id}`);
  await page.waitForSelector('[data-testid="history"]', { timeout: 30_000 });
}

const fits = async (page, viewport) => {
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(width <= viewport.width, `the page is ${width} px wide`);
};

test("a proposal survives a lost line and a reload, and is sent when the line is back", async () => {
  const school = schools[0];
  const { longitude, latitude } = school.location;
  const page = await loggedIn("amina", PHONE, {
    geolocation: { longitude: longitude + 0.004, latitude: latitude + 0.002, accuracy: 8 },
    permissions: ["geolocation"],
  });
  await openSchool(page, school);
  await page.getByRole("button", { name: /propose a better/i }).click();
  const form = page.locator('[data-testid="correct"]');
  await form.getByRole("button", { name: /use my position/i }).click();
  await eventually("the accuracy is shown", 10, async () =>
    /accurate to 8/.test(await form.locator('[data-testid="accuracy"]').innerText()),
  );
  await form.locator('input[name="name"]').fill("Harbour School");
  await page.route("**/corrections", (route) =>
    route.request().method() === "POST" ? route.abort() : route.continue(),
  );
  await form.getByRole("button", { name: /send/i }).click();
  await page.waitForSelector('[data-testid="unsent"]');
  await fits(page, PHONE);
  await page.unroute("**/corrections");
  await page.reload();
  await eventually("both wait", 20, async () =>
    (await page.locator('[data-testid="waiting"]').count()) === 2,
  );
  assert.equal(await page.getByRole("link", { name: "Corrections" }).count(), 0);
  assert.equal(await page.locator('[data-testid="merge"]').count(), 0);
  await page.close();
});

for (const [name, viewport] of [
  ["phone", PHONE],
  ["desktop", DESKTOP],
]) {
  test(`an administrator sees old and new side by side and approves (${name})`, async () => {
    const page = await loggedIn("head", viewport);
    await page.getByRole("link", { name: "Corrections" }).click();
    const card = page.locator('[data-testid="correction"]').first();
    await card.waitFor({ timeout: 20_000 });
    assert.match(await card.innerText(), /proposed by amina/i);
    await fits(page, viewport);
    const before = await page.locator('[data-testid="correction"]').count();
    await card.getByRole("button", { name: "Approve" }).click();
    await eventually("it waits no more", 10, async () =>
      (await page.locator('[data-testid="correction"]').count()) === before - 1,
    );
    assert.deepEqual(page.faults, []);
    await page.close();
  });
}

test("what was approved is the school's, and its history says by whom", async () => {
  const shown = await world.api(`/api/v1/schools/${schools[0].id}`);
  assert.equal(shown.name, "Harbour School");
  assert.ok(Math.abs(shown.location.longitude - schools[0].location.longitude - 0.004) < 1e-5);
  const page = await loggedIn("head", PHONE);
  await openSchool(page, schools[0]);
  const history = page.locator('[data-testid="history"]');
  await history.locator("summary").click();
  await eventually("the history is there", 10, async () =>
    /Corrected[\s\S]*by head[\s\S]*Harbour School/.test(await history.innerText()),
  );
  assert.deepEqual(page.faults, []);
  await page.close();
});

test("two schools of different levels are merged only knowingly, and unmerged", async () => {
  const details = await Promise.all(
    schools.slice(1, 60).map(({ id }) => world.api(`/api/v1/schools/${id}`)),
  );
  const one = details.find((school) => school.education_level);
  const other = details.find(
    (school) => school.education_level && school.education_level !== one.education_level,
  );
  const page = await loggedIn("head", DESKTOP);
  await openSchool(page, one);
  const merge = page.locator('[data-testid="merge"]');
  await merge.getByRole("button", { name: /merge with another/i }).click();
  await merge.locator("input").fill(other.ids[0].value);
  await merge.locator("li button").first().click();
  await merge.locator("table").waitFor();
  assert.match(await merge.innerText(), /two schools/);
  const yes = merge.getByRole("button", { name: /merge them/i });
  assert.ok(await yes.isDisabled());
  await merge.locator('input[type="checkbox"]').check();
  await yes.click();
  const merged = page.locator('[data-testid="merged-from"]');
  await merged.waitFor({ timeout: 10_000 });
  assert.match(await merged.innerText(), new RegExp(other.ids[0].value));
  await page.goto(`${world.url}/schools/${other.id}`);
  await eventually("the address follows to the survivor", 20, () =>
    page.evaluate((id) => location.pathname.endsWith(id), one.id),
  );
  await merged.waitFor({ timeout: 10_000 });
  await merged.getByRole("button", { name: /^unmerge/i }).click();
  await merged.getByRole("button", { name: /yes/i }).click();
  await merged.waitFor({ state: "detached", timeout: 10_000 });
  const back = await world.api(`/api/v1/schools/${other.id}`);
  assert.equal(back.id, other.id);
  assert.deepEqual(back.ids, other.ids);
  await page.close();
});

test("a technician sees how much is measured and which probe needs somebody, on a phone", async () => {
  const anybody = await world.page(PHONE);
  await anybody.goto(`${world.url}/probes?country=XTH`);
  await anybody.waitForSelector('[data-testid="coverage-table"]', { timeout: 30_000 });
  assert.equal(await anybody.locator('[data-testid="worklist"]').count(), 0, "for staff only");
  await fits(anybody, PHONE);
  const told = await world.api("/api/v1/metering-coverage?country=XTH&level=1");
  const rows = anybody.locator('[data-testid="coverage-table"] tbody tr');
  assert.equal(await rows.count(), told.rows.length);
  await anybody.close();
  const page = await loggedIn("amina", PHONE);
  await page.goto(`${world.url}/probes?country=XTH`);
  await page.waitForSelector('[data-testid="worklist"] li', { timeout: 30_000 });
  const first = page.locator('[data-testid="worklist"] li').first();
  const name = await first.locator("a").innerText();
  assert.match(await first.innerText(), /\b(Live|Late|Silent|Never heard of)\b/);
  await fits(page, PHONE);
  await first.locator("a").click();
  await eventually("its school is shown", 20, async () =>
    (await page.locator('[data-testid="school-panel"]').innerText()).includes(name),
  );
  await page.close();
});
