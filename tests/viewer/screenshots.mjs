// Takes the screenshots of docs/images. By hand, after a build, in the folder where `ctest -R viewer/packages` has put
// the packages: HEDDLE_MAKE_PAGE=… HEDDLE_CHROMIUM=… HEDDLE_GOLDEN_FINDINGS=… node screenshots.mjs FOLDER
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import puppeteer from "puppeteer-core";

const target = process.argv[2];
const views = [
  { name: "race", finding: "publication_relaxed", keys: [], theme: "light" },
  { name: "deadlock", finding: "hidden_deadlock", keys: ["x"], theme: "dark" },
  { name: "linearizability", finding: "taken_twice", keys: ["x"], theme: "light" },
  { name: "compare", finding: "store_buffering", keys: ["2"], theme: "light" },
];

const folder = mkdtempSync(join(tmpdir(), "heddle-screenshots-"));
mkdirSync(target, { recursive: true });
const browser = await puppeteer.launch({
  executablePath: process.env.HEDDLE_CHROMIUM,
  args: ["--no-sandbox", "--disable-gpu"],
  defaultViewport: { width: 1400, height: 860 },
});
try {
  for (const { name, finding, keys, theme } of views) {
    const document = join(process.env.HEDDLE_GOLDEN_FINDINGS, `${finding}.json`);
    const html = join(folder, `${name}.html`);
    writeFileSync(html, execFileSync(process.env.HEDDLE_MAKE_PAGE, [document], { maxBuffer: 1 << 30 }));
    const page = await browser.newPage();
    await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: theme }]);
    await page.goto(pathToFileURL(html).href);
    await page.waitForSelector("h1");
    for (const key of keys) await page.keyboard.press(key);
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    await page.screenshot({ path: join(target, `viewer-${name}.png`) });
    await page.close();
  }
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}
