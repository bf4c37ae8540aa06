// What the reader looks at: signals, and the page's address as their permanent form.
import { batch, computed, effect, signal } from "@preact/signals";

import type { Finding, ResultDocument } from "./document";
import { describe, thread_name, trace_of, type Trace } from "./trace";

export type Tab = "interleaving" | "compare" | "details";
export type Axis = "schedule" | "causal";
export type Theme = "light" | "dark";

export const result = signal<ResultDocument | null>(null);
export const finding_index = signal<number | null>(null); // null: the list of findings
export const place = signal(0);
export const tab = signal<Tab>("interleaving");
export const axis = signal<Axis>("schedule");
export const filter = signal("");
export const folded = signal(true);
export const help = signal(false);
export const why_shown = signal(true);
export const other_index = signal<number | null>(null); // compared with; null: the first there is
export const theme = signal<Theme>(
  window.matchMedia?.("(prefers-color-scheme: dark)").matches ? "dark" : "light",
);

export const printing = signal(false); // on paper: light, and with all rows

export const finding = computed<Finding | null>(() =>
  finding_index.value === null ? null : (result.value?.findings[finding_index.value] ?? null),
);
export const trace = computed<Trace | null>(() => (finding.value ? trace_of(finding.value) : null));

// Places shown in the table: those that match the filter, repeated steps folded.
export const rows = computed<number[]>(() => {
  const t = trace.value;
  if (!t) return [];
  const text = filter.value.trim().toLowerCase();
  const shown: number[] = [];
  for (let p = 0; p < t.steps.length; p++) {
    const step = t.steps[p]!;
    const matches =
      text === "" ||
      describe(t, step).toLowerCase().includes(text) ||
      thread_name(t.finding, step.thread).toLowerCase() === text;
    if (matches) shown.push(p);
    const last = t.folds.get(p);
    if (folded.value && last !== undefined && text === "") p = last;
  }
  return shown;
});

export function open_finding(index: number | null): void {
  batch(() => {
    finding_index.value = index;
    filter.value = "";
    tab.value = "interleaving";
    const f = index === null ? undefined : result.value?.findings[index];
    place.value = f ? Math.max(0, f.steps.length - 1) : 0;
    other_index.value = null;
  });
}

export function go_to(p: number): void {
  const t = trace.value;
  if (t && t.steps.length > 0) place.value = Math.min(Math.max(0, p), t.steps.length - 1);
}

// Deep links: #f=<fingerprint>&s=<step>.
function read_address(): void {
  const document = result.value;
  if (!document) return;
  const words = new URLSearchParams(location.hash.slice(1));
  const wanted = words.get("f");
  const index = document.findings.findIndex((f) => f.fingerprint === wanted);
  batch(() => {
    if (index >= 0 && index !== finding_index.value) open_finding(index);
    if (wanted === "") open_finding(null);
    const step = Number(words.get("s"));
    const found = trace.value?.place_of_step.get(step);
    if (found !== undefined) place.value = found;
  });
}

// Browsers refuse an address that changes many times a second, so it is written when the reader stops.
const address_delay = 100;
let address_timer: ReturnType<typeof setTimeout> | undefined;
function write_address(hash: string): void {
  clearTimeout(address_timer);
  address_timer = setTimeout(() => location.hash !== hash && history.replaceState(null, "", hash), address_delay);
}

export function start(document: ResultDocument): void {
  result.value = document;
  open_finding(document.findings.length === 1 ? 0 : null);
  read_address();
  window.addEventListener("hashchange", read_address);
  effect(() => {
    const f = finding.value;
    const step = trace.value?.steps[place.value];
    write_address(f ? `#f=${f.fingerprint}${step ? `&s=${step.step}` : ""}` : "#f=");
  });
  effect(() => {
    window.document.documentElement.dataset.theme = theme.value;
  });
  let theme_before = theme.value;
  window.addEventListener("beforeprint", () => {
    theme_before = theme.value;
    batch(() => {
      theme.value = "light";
      printing.value = true;
    });
  });
  window.addEventListener("afterprint", () =>
    batch(() => {
      theme.value = theme_before;
      printing.value = false;
    }),
  );
  effect(() => {
    const f = finding.value;
    window.document.title = f ? `${f.rule} ${f.title} · Heddle` : `Heddle report: ${document.findings.length} findings`;
  });
}
