// The viewer in headless Chromium, as a reader uses it. Environment: HEDDLE_MAKE_PAGE (the program that makes a page of
// a document), HEDDLE_CHROMIUM, HEDDLE_GOLDEN_FINDINGS (the folder).
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";

import puppeteer from "puppeteer-core";

import { analysed, hostile, large, one, two } from "./documents.mjs";
import { frame_times, summary } from "./frames.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const folder = mkdtempSync(join(tmpdir(), "heddle-viewer-"));
let browser;

before(async () => {
  browser = await puppeteer.launch({
    executablePath: process.env.HEDDLE_CHROMIUM,
    args: ["--no-sandbox", "--disable-gpu"],
    defaultViewport: { width: 1400, height: 900 },
  });
});
after(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

let pages = 0;
function page_file(document) {
  const json = join(folder, `${++pages}.json`);
  const html = join(folder, `${pages}.html`);
  writeFileSync(json, JSON.stringify(document));
  writeFileSync(html, execFileSync(process.env.HEDDLE_MAKE_PAGE, [json], { maxBuffer: 1 << 30 }));
  return html;
}

// Opens the document and runs `use`; the page must not log an error or ask the network for anything.
async function with_page(document, use, hash = "") {
  const page = await browser.newPage();
  const wrong = [];
  page.on("console", (m) => ["error", "warn"].includes(m.type()) && wrong.push(m.text()));
  page.on("pageerror", (e) => wrong.push(String(e)));
  page.on("request", (r) => /^https?:/.test(r.url()) && wrong.push(`request to ${r.url()}`));
  const html = page_file(document);
  await page.goto(pathToFileURL(html).href + hash);
  await page.waitForSelector("h1");
  await use(page, html);
  assert.deepEqual(wrong, []);
  await page.close();
}

const announced_place = async (page) => {
  await press(page, "1");
  return page.$eval(".position", (e) => e.textContent);
};
const announced = (page) => page.$eval("[aria-live]", (e) => e.textContent);
const text = (page, selector) => page.$eval(selector, (e) => e.innerText);
async function settle(page) {
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}
async function press(page, ...keys) {
  for (const key of keys) await page.keyboard.press(key);
  await settle(page);
}

test("the last step is shown first, with its cause and the replay command", () =>
  with_page(one(), async (page) => {
    assert.match(await text(page, "h1"), /HED001 Data race/);
    assert.match(await text(page, ".cause"), /T2 reads data while T1 writes it/);
    assert.match(await text(page, ".replay"), /heddle replay --token=heddle1:AAAA/);
    assert.match(await announced(page), /^Step 10, T2: ready.load\(relaxed\) → 0/);
  }));

test("keys move by step, switch, object, thread and reads-from", () =>
  with_page(one(), async (page) => {
    await press(page, "g");
    assert.match(await announced(page), /^Step 1, main: starts T1/);
    await press(page, "j", "j");
    assert.match(await announced(page), /^Step 3, T1/);
    await press(page, "k");
    assert.match(await announced(page), /^Step 2, main/);
    await press(page, "n", "n");
    assert.match(await announced(page), /^Step 6, T2: lock.mutex_lock/);
    await press(page, "p");
    assert.match(await announced(page), /^Step 3, T1/);
    await press(page, "]");
    assert.match(await announced(page), /^Step 5, T1: lock.mutex_unlock/);
    await press(page, "[");
    assert.match(await announced(page), /^Step 3, T1/);
    await press(page, "}");
    assert.match(await announced(page), /^Step 4, T1/);
    await press(page, "{");
    assert.match(await announced(page), /^Step 3, T1/);
    await press(page, "End");
    assert.match(await announced(page), /^Step 10/);
    await press(page, "k", "k", "k");
    assert.match(await announced(page), /^Step 7/);
    await press(page, "r");
    assert.match(await announced(page), /^Step 4, T1: ready.store\(1, release\)/);
  }));

test("the address follows the step, and a link opens there", () =>
  with_page(
    two(),
    async (page) => {
      assert.match(await announced(page), /^Step 4/);
      await press(page, "j");
      await page.waitForFunction(() => location.hash === "#f=00000000000000aa&s=5", { timeout: 5000 });
    },
    "#f=00000000000000aa&s=4",
  ));

test("a click on a row, on a lane and the scrubber move too", () =>
  with_page(one(), async (page) => {
    await page.click(".table-box .row:nth-of-type(4)");
    await settle(page);
    const first = await announced(page);
    assert.match(first, /^Step \d/);
    await page.$eval(".scrubber input", (e) => {
      e.value = "1";
      e.dispatchEvent(new Event("input", { bubbles: true }));
    });
    assert.match(await announced(page), /^Step 2/);
    const box = await (await page.$(".lanes-box canvas")).boundingBox();
    await page.mouse.click(box.x + 120 + 64 * 4 + 32, box.y + 60); // ten steps are shown as wide as can be
    await settle(page);
    assert.match(await announced(page), /^Step 5/);
    await page.click('[aria-label="next step"]');
    assert.match(await announced(page), /^Step 6/);
  }));

test("steps are filtered, repeated steps folded", () =>
  with_page(one(), async (page) => {
    assert.match(await text(page, ".table-head"), /8 of 10 steps/);
    assert.match(await text(page, ".table-box"), /×3/);
    await press(page, "f");
    assert.match(await text(page, ".table-head"), /10 of 10 steps/);
    await press(page, "/");
    await page.keyboard.type("mutex_lock");
    await settle(page);
    assert.match(await text(page, ".table-head"), /2 of 10 steps/);
    await press(page, "Escape");
    assert.match(await text(page, ".table-head"), /10 of 10 steps/);
  }));

test("the state pane shows values, holders, store histories and stale reads", () =>
  with_page(one(), async (page) => {
    await press(page, "g", "j", "j");
    assert.match(await text(page, ".state"), /lock mutex\s+held by T1/);
    assert.match(await text(page, ".state"), /ready atomic\s+initial/);
    await press(page, "j", "j");
    assert.match(await text(page, ".state"), /ready atomic\s+1/);
    assert.doesNotMatch(await text(page, ".state"), /held by/);
    await press(page, "G");
    assert.match(await text(page, ".state"), /stale read/);
    await page.click(".stores button");
    assert.match(await announced(page), /^Step [345]/);
  }));

test("every thread's source line is shown", () =>
  with_page(one(), async (page) => {
    await press(page, "g", "j", "j", "j");
    const sources = await text(page, ".sources");
    assert.match(sources, /13\s*text of 13/);
    assert.match(await text(page, ".source.current .here"), /^14\s*text of 14$/);
    assert.match(sources, /has not moved yet/);
  }));

test("arrows show what is read and what synchronises; a race has its missing edge", () =>
  with_page(one(), async (page) => {
    await press(page, "G", "k", "k", "k");
    assert.equal(await page.$$eval(".edge.reads-from", (all) => all.length), 1);
    assert.equal(await page.$$eval(".edge.happens-before", (all) => all.length), 1);
    assert.equal(await page.$$eval(".edge.missing", (all) => all.length), 1);
    await press(page, "c");
    assert.equal(await page.$$eval(".edge.reads-from", (all) => all.length), 1);
    assert.ok(await page.$eval(".scrubber input[type=checkbox]", (e) => e.checked));
  }));

test("why it happened is shown, and can be put away", () =>
  with_page(analysed(), async (page) => {
    assert.match(await text(page, ".why"), /No order of the operations explains the results/);
    await press(page, "w");
    assert.equal(await page.$eval(".why", (e) => e.open), false);
    await page.click(".why summary");
    await settle(page);
    assert.equal(await page.$eval(".why", (e) => e.open), true);
  }));

test("locks are held as the document says", () =>
  with_page(analysed(), async (page) => {
    await press(page, "g", "j", "j", "j", "j", "j");
    assert.match(await announced(page), /^Step 6/);
    assert.match(await text(page, ".state"), /lock mutex\s+held by T1/);
    await press(page, "j", "j");
    assert.doesNotMatch(await text(page, ".state"), /held by/);
  }));

test("calls of the object under test are intervals above the steps", () =>
  with_page(analysed(), async (page) => {
    const labels = await page.$$eval(".call text", (all) => all.map((e) => e.textContent));
    assert.deepEqual(labels, ["push(1)", "pop() → 1", "pop() stops"]);
    const ends = await page.$$eval(".call path", (all) => all.map((e) => e.getAttribute("d").split("V").length));
    assert.deepEqual(ends, [3, 3, 2], "the one that did not return is open");
    const boxes = await page.$$eval(".call path", (all) => all.map((e) => e.getBoundingClientRect().toJSON()));
    assert.ok(boxes[0].right <= boxes[1].left + 1, "one after the other");
    await press(page, "c");
    assert.equal((await page.$$(".call")).length, 0);
  }));

test("the chances of failing and the point of no return", () =>
  with_page(analysed(), async (page) => {
    assert.equal((await page.$$(".chances circle")).length, 3);
    assert.equal(await page.$eval(".no-return text", (e) => e.textContent), "no return");
    await press(page, "g");
    assert.match(await text(page, ".state"), /4 of 40 random continuations fail from the start/);
    await press(page, "x");
    assert.match(await announced(page), /^Step 6/);
    assert.match(await text(page, ".state"), /40 of 40 random continuations fail after step 6, the point of no return/);
    await press(page, "3");
    assert.match(await text(page, ".chances"), /5\s+19\s+21/);
    assert.match(await text(page, ".fix"), /store program.cpp:14: release instead of relaxed/);
    assert.match(await text(page, ".fix"), /All 12 executions were explored/);
  }));

test("the nearest execution that passes is compared first", () =>
  with_page(analysed(), async (page) => {
    await press(page, "2");
    assert.match(await text(page, ".compare"), /The first 5 steps are equal/);
    assert.match(await text(page, ".turning"), /the same up to step 5/);
    assert.equal(await page.$eval(".compare select", (e) => e.selectedOptions[0].text), "the nearest execution that passes");
    const parts = await page.$$eval(".compare .part", (all) => all.map((e) => e.innerText));
    assert.equal(parts.length, 2);
    assert.match(parts[1], /T1 ready.store\(2/);
    await page.click(".compare .part button");
    assert.match(await announced_place(page), /step 6/);
  }));

test("many findings have a list, and two can be compared", () =>
  with_page(two(), async (page) => {
    assert.match(await text(page, "h1"), /2 findings/);
    assert.match(await text(page, "main"), /r=1\s+3/);
    await page.click("tbody a");
    await settle(page);
    assert.match(await text(page, "h1"), /Data race/);
    await press(page, "2");
    assert.match(await text(page, ".compare"), /The first 5 steps are equal/);
    await press(page, "3");
    assert.match(await text(page, ".details"), /shortened from 5 to 1 preemptions/);
    await press(page, "1", "u");
    assert.match(await text(page, "h1"), /2 findings/);
  }));

test("the help lists the keys, the theme changes", () =>
  with_page(one(), async (page) => {
    await press(page, "?");
    assert.match(await text(page, ".help"), /next switch of threads/);
    await press(page, "Escape");
    assert.equal(await page.$(".help"), null);
    const before_it = await page.$eval("html", (e) => e.dataset.theme);
    await press(page, "l");
    assert.notEqual(await page.$eval("html", (e) => e.dataset.theme), before_it);
  }));

test("nothing in a document becomes markup or script", () =>
  with_page(hostile(), async (page) => {
    await press(page, "g", "j", "j", "j", "3");
    assert.equal(await page.evaluate(() => window.hacked), undefined);
    assert.match(await text(page, ".cause"), /<script>window.hacked = 1<\/script>/);
  }));

test("text that is no document gives a page that says so", async () => {
  const json = join(folder, "broken.json");
  writeFileSync(json, "{ not json");
  const html = join(folder, "broken.html");
  writeFileSync(html, execFileSync(process.env.HEDDLE_MAKE_PAGE, [json]));
  const page = await browser.newPage();
  await page.goto(pathToFileURL(html).href);
  await page.waitForFunction(() => /cannot be shown/.test(document.body.innerText));
  await page.close();
});

test("there are no accessibility violations, in light and dark", () =>
  with_page(two(), async (page) => {
    await page.evaluate(axe);
    const violations = async (where) => {
      const found = await page.evaluate(() => window.axe.run());
      return found.violations.map((v) => `${where}: ${v.id} ${v.nodes[0].html} ${v.nodes[0].failureSummary}`);
    };
    await with_page(analysed(), async (other) => {
      await other.evaluate(axe);
      for (const tab of ["1", "2", "3"]) {
        await press(other, tab);
        const found = await other.evaluate(() => window.axe.run());
        assert.deepEqual(found.violations.map((v) => `${v.id} ${v.nodes[0].html}`), [], `tab ${tab} of an analysed finding`);
      }
    });
    for (const theme of ["light", "dark"]) {
      if ((await page.$eval("html", (e) => e.dataset.theme)) !== theme) await press(page, "l");
      assert.deepEqual(await violations(`list, ${theme}`), []);
      await page.click("tbody a");
      for (const tab of ["1", "2", "3"]) {
        await press(page, tab);
        assert.deepEqual(await violations(`tab ${tab}, ${theme}`), []);
      }
      await press(page, "1", "?");
      assert.deepEqual(await violations(`help, ${theme}`), []);
      await press(page, "Escape", "u");
    }
  }));

test("on paper all rows are there, in light colours", () =>
  with_page(large(300, 4), async (page) => {
    await page.evaluate(() => {
      const look = () => ({
        rows: document.querySelectorAll(".table-box .row").length,
        theme: document.documentElement.dataset.theme,
      });
      window.addEventListener("beforeprint", () => (window.printed = look())); // after the page's own listener
    });
    if ((await page.$eval("html", (e) => e.dataset.theme)) !== "dark") await press(page, "l");
    await page.pdf();
    assert.deepEqual(await page.evaluate(() => window.printed), { rows: 301, theme: "light" });
    await settle(page);
    assert.ok((await page.$$(".table-box .row")).length < 100);
    assert.equal(await page.$eval("html", (e) => e.dataset.theme), "dark");
  }));

test("50,000 steps of 16 threads open and scrub", () =>
  with_page(large(50_000, 16), async (page, html) => {
    const opened = await page.evaluate(() => performance.now());
    assert.match(await announced(page), /^Step 50000/);
    const dragged = await frame_times(page, "drag", 60);
    assert.match(await announced(page), /^Step 49981/);
    assert.ok((await page.$$(".table-box .row")).length < 200, "only rows in sight are in the page");
    console.log(`opened after ${Math.round(opened)} ms, ${Math.round(statSync(html).size / 1024)} kB`);
    console.log(`frames while the scrubber is dragged: ${summary(dragged)}`);
    console.log(`frames while a key is held: ${summary(await frame_times(page, "key", 60))}`);
  }));

// What a reader sees of the findings of tests/golden, as text. HEDDLE_UPDATE_GOLDEN=1 rewrites it.
const golden = process.env.HEDDLE_GOLDEN_FINDINGS;
for (const file of readdirSync(golden).filter((f) => f.endsWith(".html"))) {
  const name = file.slice(0, -".html".length);
  test(`the page of ${name} is as recorded`, () =>
    with_page(JSON.parse(readFileSync(join(golden, `${name}.json`), "utf8")), async (page) => {
      const parts = [];
      const add = async (title, selector) => {
        const lines = (await text(page, selector)).split("\n").map((l) => l.replace(/[ \t\u00a0]+/g, " ").trim());
        parts.push(`== ${title}`, ...lines.filter((l) => l !== ""));
      };
      await add("head", "header");
      await add("steps", ".table-box");
      await add("state", ".state");
      await press(page, "2");
      await add("compare", "main");
      await press(page, "3");
      await add("details", ".details");
      const seen = parts.join("\n") + "\n";
      const recorded = join(golden, `${name}.page.txt`);
      if (process.env.HEDDLE_UPDATE_GOLDEN) writeFileSync(recorded, seen);
      assert.equal(seen, readFileSync(recorded, "utf8"));
    }));
}

test("the page without a document is at most 500 kB", () => {
  const html = page_file({});
  assert.ok(statSync(html).size <= 500_000, `${statSync(html).size} bytes`);
});
