// How smooth the page is with 50,000 steps of 16 threads: prints the time to open it, and the times between frames while
// the scrubber is dragged, while a key is held, and in causal columns. By hand or from the tests; environment as for
// viewer.test.mjs. node frames.mjs [TRACE.json] also writes what Chromium did meanwhile, for chrome://tracing.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import puppeteer from "puppeteer-core";

import { large } from "./documents.mjs";

// Moves once for each frame, as a reader who drags does, and takes the time from frame to frame.
export async function frame_times(page, movement, frames) {
  return page.evaluate(
    async (kind, count) => {
      const range = document.querySelector(".scrubber input");
      const next_frame = () => new Promise((done) => requestAnimationFrame(done));
      const press = (key) => window.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
      const far = Math.floor(Number(range.max) / count);
      press("g");
      for (let i = 0; i < 3; i++) await next_frame();
      const times = [];
      let before = await next_frame();
      for (let i = 1; i <= count; i++) {
        if (kind === "drag") {
          range.value = String(i * far);
          range.dispatchEvent(new Event("input", { bubbles: true }));
        } else {
          press("j");
        }
        const now = await next_frame();
        times.push(now - before);
        before = now;
      }
      return times.sort((a, b) => a - b);
    },
    movement,
    frames,
  );
}

export function summary(times) {
  const at = (share) => times[Math.min(times.length - 1, Math.floor(times.length * share))].toFixed(1);
  return `${at(0.5)} ms (median), ${at(0.95)} ms (95 %), ${at(1)} ms (longest)`;
}

async function measure(trace) {
  const folder = mkdtempSync(join(tmpdir(), "heddle-frames-"));
  const browser = await puppeteer.launch({
    executablePath: process.env.HEDDLE_CHROMIUM,
    args: ["--no-sandbox", "--disable-gpu"],
    defaultViewport: { width: 1400, height: 900 },
  });
  try {
    const json = join(folder, "large.json");
    const html = join(folder, "large.html");
    writeFileSync(json, JSON.stringify(large(50_000, 16)));
    writeFileSync(html, execFileSync(process.env.HEDDLE_MAKE_PAGE, [json], { maxBuffer: 1 << 30 }));
    const page = await browser.newPage();
    const start = performance.now();
    await page.goto(pathToFileURL(html).href);
    await page.waitForSelector(".table-box .row.current");
    console.log(`open: ${Math.round(performance.now() - start)} ms, ${Math.round(statSync(html).size / 1024)} kB`);
    if (trace) await page.tracing.start({ path: trace, categories: ["devtools.timeline", "cc", "viz", "blink", "toplevel"] });
    console.log(`scrubber dragged: ${summary(await frame_times(page, "drag", 200))}`);
    console.log(`key held: ${summary(await frame_times(page, "key", 200))}`);
    if (trace) await page.tracing.stop();
    await page.keyboard.press("c");
    console.log(`scrubber dragged, causal columns: ${summary(await frame_times(page, "drag", 100))}`);
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await measure(process.argv[2]);
