// The keyboard: one table, which the help shows too.
import { axis, filter, finding, folded, go_to, help, open_finding, place, result, tab, theme, trace, why_shown } from "./view";

function next_of(list: number[], forward: boolean): number | undefined {
  return forward ? list.find((p) => p > place.value) : [...list].reverse().find((p) => p < place.value);
}

function along(list: number[] | undefined, forward: boolean): void {
  const found = next_of(list ?? [], forward);
  if (found !== undefined) go_to(found);
}

function object_places(): number[] {
  const step = trace.value?.steps[place.value];
  return step && step.object !== null ? (trace.value!.of_object.get(step.object) ?? []) : [];
}

function thread_places(): number[] {
  const step = trace.value?.steps[place.value];
  return step ? (trace.value!.of_thread.get(step.thread) ?? []) : [];
}

export interface Key {
  keys: string[];
  what: string;
  act: () => void;
}

export const keys: Key[] = [
  { keys: ["j", "ArrowRight"], what: "next step", act: () => go_to(place.value + 1) },
  { keys: ["k", "ArrowLeft"], what: "previous step", act: () => go_to(place.value - 1) },
  { keys: ["n"], what: "next switch of threads", act: () => along(trace.value?.switches, true) },
  { keys: ["p"], what: "previous switch", act: () => along(trace.value?.switches, false) },
  { keys: ["]"], what: "next step on the same object", act: () => along(object_places(), true) },
  { keys: ["["], what: "previous step on the same object", act: () => along(object_places(), false) },
  { keys: ["}"], what: "next step of the same thread", act: () => along(thread_places(), true) },
  { keys: ["{"], what: "previous step of the same thread", act: () => along(thread_places(), false) },
  { keys: ["g", "Home"], what: "first step", act: () => go_to(0) },
  { keys: ["G", "End"], what: "last step", act: () => go_to(Infinity) },
  {
    keys: ["r"],
    what: "go to the store that was read",
    act: () => {
      const source = trace.value?.reads_from[place.value];
      if (source !== undefined) go_to(source);
    },
  },
  {
    keys: ["c"],
    what: "schedule order or causal columns",
    act: () => (axis.value = axis.value === "schedule" ? "causal" : "schedule"),
  },
  { keys: ["w"], what: "show or hide why", act: () => (why_shown.value = !why_shown.value) },
  {
    keys: ["x"],
    what: "go to the point of no return",
    act: () => {
      const step = finding.value?.analysis?.no_return;
      if (step) go_to(trace.value?.place_of_step.get(step) ?? place.value);
    },
  },
  { keys: ["f"], what: "fold or unfold repeated steps", act: () => (folded.value = !folded.value) },
  { keys: ["/"], what: "filter steps", act: () => window.document.getElementById("filter")?.focus() },
  { keys: ["1"], what: "interleaving", act: () => (tab.value = "interleaving") },
  { keys: ["2"], what: "compare", act: () => (tab.value = "compare") },
  { keys: ["3"], what: "details", act: () => (tab.value = "details") },
  {
    keys: ["l"],
    what: "light or dark",
    act: () => (theme.value = theme.value === "dark" ? "light" : "dark"),
  },
  { keys: ["u"], what: "back to the list of findings", act: () => result.value!.findings.length > 1 && open_finding(null) },
  { keys: ["?"], what: "this help", act: () => (help.value = !help.value) },
  {
    keys: ["Escape"],
    what: "close the help, clear the filter",
    act: () => {
      help.value = false;
      filter.value = "";
    },
  },
];

export function listen(): void {
  window.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target as HTMLElement;
    const types = target instanceof HTMLInputElement && target.type !== "range";
    if (types && event.key !== "Escape") return;
    if (target instanceof HTMLSelectElement) return;
    if (!finding.value && event.key !== "?" && event.key !== "l" && event.key !== "Escape") return;
    const key = keys.find((k) => k.keys.includes(event.key));
    if (!key) return;
    event.preventDefault();
    if (types) target.blur();
    key.act();
  });
}
