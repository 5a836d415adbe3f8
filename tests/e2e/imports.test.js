// A ministry's data officer takes in a dirty list, in a real browser: send, correct a column, look, accept a repair,
// apply, see the school on the map, undo.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { World, eventually } from "./world.js";

const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };
const OFFICER = ["amina", "a long password"];

let world;
before(async () => {
  world = await World.begin({ schools: 500 });
  await world.addUser(...OFFICER);
});
after(() => world?.end());

const text = (page, id) => page.locator(`[data-testid="${id}"]`).innerText();
const seen = (page, id, seconds = 10) =>
  page.waitForSelector(`[data-testid="${id}"]`, { timeout: seconds * 1000 });

/** Opens a page that only administrators see, by way of the login. */
async function openAsOfficer(page, path) {
  await page.goto(world.url + path);
  const form = page.locator('[data-testid="login-form"]');
  await form.locator('input[name="login"]').fill(OFFICER[0]);
  await form.locator('input[name="password"]').fill(OFFICER[1]);
  await form.locator('button[type="submit"]').click();
  await page.waitForURL(world.url + path);
}

/** Places a step beside schools that are known to lie in the country. */
async function places(count) {
  const { items } = await world.api("/api/v1/schools?country=XTH&limit=200");
  const near = items
    .filter((school) => school.location)
    .slice(0, count)
    .map(({ location }) => [location.longitude + 0.003, location.latitude + 0.003]);
  assert.equal(near.length, count, "the invented country has schools on the map");
  return near;
}

/**
 * Semicolons, Windows-1252, an eastward column that nobody calls so, a name with needless spaces, a pair of coordinates
 * the wrong way round, a row that stands for no school.
 */
async function dirtyList() {
  const good = await places(12);
  const at = ([longitude, latitude]) => [latitude, longitude];
  const rows = good.map((place, i) => [`École Neuve ${i + 1}`, ...at(place), "Privé"]);
  rows[1][0] = "  École  Neuve 2 ";
  rows[2] = ["École Renversée", ...good[2], "PUBLIC"];
  rows[3] = ["", "", "", "Privé"];
  const lines = [["Nom de l'établissement", "Latitude", "Vers l'est", "Statut"], ...rows];
  return Buffer.from(lines.map((line) => line.join(";")).join("\r\n") + "\r\n", "latin1");
}

async function send(page, name, buffer) {
  await page.locator('[data-testid="import-country"]').selectOption("XTH");
  await page.locator('[data-testid="import-source"]').fill("Recensement");
  await page
    .locator('[data-testid="import-file"]')
    .setInputFiles({ name, mimeType: "text/csv", buffer });
  await page.getByRole("button", { name: "Send the file" }).click();
  await seen(page, "columns-step", 30);
}

async function readList(page) {
  await page.locator('[data-testid="read-list"]').click();
  await seen(page, "look-sentence", 60);
}

const find = async (name) => {
  const { items } = await world.api(`/api/v1/schools?country=XTH&q=${encodeURIComponent(name)}`);
  return items.find((school) => school.name === name);
};

async function assertFits(page, viewport, where) {
  const width = await page.evaluate(() =>
    Math.max(document.documentElement.scrollWidth, document.querySelector("main").scrollWidth),
  );
  assert.ok(width <= viewport.width, `${where} is ${width} px wide`);
}

test("a dirty list is taken in, corrected, looked at, repaired, applied and undone", async () => {
  const page = await world.page(DESKTOP);
  await openAsOfficer(page, "/admin/imports");
  await send(page, "liste.csv", await dirtyList());
  const address = page.url();

  // What the columns mean.
  const east = page.getByLabel("Meaning of the column Vers l'est");
  assert.match(await text(page, "columns-check"), /No column gives the longitude/);
  assert.match(await text(page, "columns"), /École Neuve 1/, "the encoding was found");
  await east.selectOption("longitude");
  await eventually("the correction is saved", 10, async () => /Saved/.test(await text(page, "saved")));
  assert.doesNotMatch(await text(page, "columns-check"), /No column gives/);
  await page.reload();
  await seen(page, "columns");
  assert.equal(await east.inputValue(), "longitude", "the server keeps the correction");

  // Reading and looking.
  await readList(page);
  assert.match(await text(page, "look-sentence"), /11 schools are new.*1 row is not taken/);
  assert.match(await text(page, "look-sentence"), /1 is not placed on the map/);
  await page.getByRole("link", { name: /^No name: show the 1 row/ }).click();
  await eventually("only the row without a name is shown", 10, async () => {
    const rows = await page.locator('[data-testid="row-table"] tbody tr').allInnerTexts();
    return rows.length === 1 && /row 5\b/.test(rows[0]);
  });

  // The map draws the rows, and a dot leads to its row.
  await page.waitForSelector('[data-testid="row-map"][data-ready="true"]', { timeout: 30_000 });
  const dot = await page.evaluate(async () => {
    const { map } = globalThis.__schoolbeat;
    const rows = () =>
      map.queryRenderedFeatures({ layers: ["rows"] }).filter((f) => f.properties.row);
    for (let zoom = map.getZoom(); rows().length === 0 && zoom < 14; zoom += 2) {
      const [any] = map.queryRenderedFeatures({ layers: ["rows"] });
      map.jumpTo({ center: any.geometry.coordinates, zoom: zoom + 2 });
      await new Promise((resolve) => map.once("idle", resolve));
    }
    const [feature] = rows();
    const { x, y } = map.project(feature.geometry.coordinates);
    return { x, y, row: feature.properties.row };
  });
  const canvas = page.locator('[data-testid="row-map"] canvas').first();
  await canvas.click({ position: { x: dot.x, y: dot.y } });
  await eventually("the row of the dot is shown", 10, async () => {
    const rows = await page.locator('[data-testid="row-table"] tbody tr').allInnerTexts();
    return rows.length === 1 && new RegExp(`row ${dot.row}\\b`).test(rows[0]);
  });

  // A repair, which counts only once it is accepted.
  const swapped = page.locator('[data-testid="repair-swapped_coordinates"]');
  assert.match(await swapped.innerText(), /0 of 1 accepted/);
  await swapped.getByRole("button", { name: /^Accept all/ }).click();
  await eventually("the repair is accepted", 10, async () =>
    /1 of 1 accepted/.test(await swapped.innerText()),
  );
  assert.doesNotMatch(await text(page, "look-sentence"), /not placed/);

  // Applying.
  assert.equal(await find("École Renversée"), undefined, "nothing changes before it is applied");
  await page.locator('[data-testid="to-apply"]').click();
  await seen(page, "apply-step");
  assert.match(await text(page, "apply-step"), /11 schools are added[\s\S]*amina applied liste\.csv/);
  await page.locator('[data-testid="apply-now"]').click();
  await seen(page, "applied-step", 60);
  assert.match(await text(page, "applied-step"), /by amina/);

  // The repaired school is on the map, in its right place.
  const school = await find("École Renversée");
  assert.ok(school?.location, "the school is there and placed");
  assert.ok(await find("École Neuve 2"), "the needless spaces are gone");
  await page.goto(`${world.url}/schools/${school.id}`);
  await page.waitForSelector('[data-testid="map"][data-ready="true"]', { timeout: 30_000 });
  await eventually("the map draws the school", 10, () =>
    page.evaluate((id) => {
      const features = globalThis.__schoolbeat.map.queryRenderedFeatures();
      return features.some((feature) => feature.properties.id === id);
    }, school.id),
  );

  // And back.
  await page.goto(address);
  await page.getByRole("button", { name: "Undo this import" }).click();
  await page.locator('[data-testid="confirm-yes"]').click();
  await seen(page, "ended-step", 60);
  assert.match(await text(page, "ended-step"), /undone/i);
  assert.equal(await find("École Renversée"), undefined, "the school is gone again");
  assert.deepEqual(page.faults, []);
  await page.close();
});

test("the correction is remembered for the next list of the same source (phone)", async () => {
  const page = await world.page(PHONE);
  await openAsOfficer(page, "/admin/imports");
  await assertFits(page, PHONE, "the list of imports");
  await send(page, "liste 2.csv", await dirtyList());
  assert.equal(await page.getByLabel("Meaning of the column Vers l'est").inputValue(), "longitude");
  await assertFits(page, PHONE, "the step of the columns");
  await readList(page);
  await seen(page, "row-table");
  await assertFits(page, PHONE, "the step of looking");
  await page.getByRole("button", { name: "Discard this import" }).click();
  await page.locator('[data-testid="confirm-yes"]').click();
  await seen(page, "ended-step");
  assert.match(await text(page, "ended-step"), /discarded/i);
  assert.deepEqual(page.faults, []);
  await page.close();
});

test("a file that is no list is refused with what to do, and the choices stay", async () => {
  const page = await world.page(DESKTOP);
  await openAsOfficer(page, "/admin/imports");
  await page.locator('[data-testid="import-country"]').selectOption("XTH");
  await page.locator('[data-testid="import-source"]').fill("Recensement");
  await page.locator('[data-testid="import-file"]').setInputFiles({
    name: "picture.png",
    mimeType: "image/png",
    buffer: Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0]),
  });
  await page.getByRole("button", { name: "Send the file" }).click();
  // Refused when it arrives, or kept as an import that says why it cannot be read.
  await page.waitForSelector(
    '[data-testid="upload-error"], [data-testid="broken-step"], [data-testid="columns-step"]',
    { timeout: 30_000 },
  );
  const main = await page.locator("main").innerText();
  assert.match(main, /could not be|No column was found/, main);
  await page.close();
});

test("who may not take in lists is told so, and a stranger is sent to the login", async () => {
  const page = await world.page(DESKTOP);
  await page.goto(`${world.url}/admin/imports`);
  await page.waitForURL(/\/login\?next=%2Fadmin%2Fimports/);
  const { status } = await fetch(`${world.url}/api/v1/imports`);
  assert.equal(status, 401);
  await page.close();
});
