// What the page derives from one finding: places of steps, edges, spans. Computed once; queries by step.
import type { Chance, Finding, Frame, SharedObject, Step } from "./document";

export interface Edge {
  from: number; // places in Trace.steps
  to: number;
  kind: "reads-from" | "happens-before";
  object: number | null;
}

// A thread waits, or holds a lock, from one place to another (exclusive; Infinity: to the end).
export interface Span {
  thread: number;
  object: number | null;
  from: number;
  to: number;
}

export interface StoreEntry {
  place: number;
  value: string;
  newest: boolean;
}

// A call of the object under test, between columns of the schedule; Infinity: it did not return.
export interface CallSpan {
  thread: number;
  label: string;
  from: number;
  to: number;
}

export interface Trace {
  finding: Finding;
  steps: Step[];
  lanes: number[]; // thread ids, from top to bottom
  lane_of: Map<number, number>;
  place_of_step: Map<number, number>;
  of_thread: Map<number, number[]>; // places
  of_object: Map<number, number[]>;
  switches: number[]; // places where another thread took over
  reads_from: (number | undefined)[]; // by place
  stale: boolean[]; // by place: a read of another store than the newest
  column: number[]; // causal column by place
  columns: number;
  waits: Span[];
  locks: Span[];
  calls: CallSpan[];
  stores: Map<number, StoreEntry[]>;
  objects: Map<number, SharedObject>;
  // Places of runs of equal steps of one thread (spin cycles): first place -> last place.
  folds: Map<number, number>;
}

const lock_kinds = new Set(["mutex", "rwlock", "spinlock", "guard", "once"]);

function writes(step: Step): boolean {
  return step.written !== null;
}

// Events in the thread that a step stands for: a read-modify-write is two.
function events_of(step: Step): number {
  return step.value !== null && writes(step) && step.kind !== "spawn" ? 2 : 1;
}

function push<K>(map: Map<K, number[]>, key: K, value: number): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

export function user_frame(stack: Frame[]): Frame | null {
  return stack.find((f) => !f.library && f.file !== null) ?? null;
}

export function thread_name(finding: Finding, id: number): string {
  const thread = finding.threads.find((t) => t.id === id);
  return thread?.name ?? (id === 0 ? "main" : `T${id}`);
}

export function short_name(name: string): string {
  return name.replaceAll("(anonymous namespace)::", "");
}

export function short_file(file: string): string {
  return file.slice(file.lastIndexOf("/") + 1);
}

const cache = new WeakMap<Finding, Trace>();

export function trace_of(finding: Finding): Trace {
  let trace = cache.get(finding);
  if (!trace) {
    trace = derive(finding);
    cache.set(finding, trace);
  }
  return trace;
}

function derive(finding: Finding): Trace {
  const steps = finding.steps;
  const trace: Trace = {
    finding,
    steps,
    lanes: [],
    lane_of: new Map(),
    place_of_step: new Map(),
    of_thread: new Map(),
    of_object: new Map(),
    switches: [],
    reads_from: new Array<number | undefined>(steps.length),
    stale: new Array<boolean>(steps.length).fill(false),
    column: new Array<number>(steps.length).fill(0),
    columns: 0,
    waits: [],
    locks: [],
    calls: [],
    stores: new Map(),
    objects: new Map(finding.objects.map((o) => [o.id, o])),
    folds: new Map(),
  };
  const ids = new Set(finding.threads.map((t) => t.id));
  for (const s of steps) ids.add(s.thread);
  for (const b of finding.blocked) ids.add(b.thread);
  trace.lanes = [...ids].sort((a, b) => a - b);
  trace.lanes.forEach((id, lane) => trace.lane_of.set(id, lane));

  const waiting = new Map<number, number>(); // thread -> place since when
  const holding = new Map<number, { thread: number; since: number }>(); // object -> holder
  const newest = new Map<number, number>(); // object -> place of the newest store
  steps.forEach((s, place) => {
    trace.place_of_step.set(s.step, place);
    push(trace.of_thread, s.thread, place);
    if (s.object !== null) push(trace.of_object, s.object, place);
    if (s.switch !== null) trace.switches.push(place);
    if (s.source !== null && s.source >= 0) trace.reads_from[place] = trace.place_of_step.get(s.source);

    const since = waiting.get(s.thread);
    if (since !== undefined) {
      trace.waits.push({ thread: s.thread, object: s.object, from: since, to: place });
      waiting.delete(s.thread);
    }
    const before = steps[place - 1];
    if (s.switch === "it had to wait" && before && before.thread !== s.thread) waiting.set(before.thread, place);

    if (s.object !== null && s.value !== null && s.source !== null && newest.has(s.object)) {
      trace.stale[place] = newest.get(s.object) !== trace.reads_from[place];
    }
    if (s.object !== null && writes(s)) {
      if (s.mo_last) newest.set(s.object, place);
      const entries = trace.stores.get(s.object) ?? [];
      entries.push({ place, value: s.written ?? "", newest: s.mo_last });
      trace.stores.set(s.object, entries);
      const object = trace.objects.get(s.object);
      if (object && lock_kinds.has(object.kind)) {
        const held = holding.get(s.object);
        if (held) trace.locks.push({ thread: held.thread, object: s.object, from: held.since, to: place });
        if (s.written === "0") holding.delete(s.object);
        else holding.set(s.object, { thread: s.thread, since: place });
      }
    }
  });
  if (finding.locks && finding.locks.length > 0) {
    trace.locks = finding.locks.map((l) => ({
      thread: l.thread,
      object: l.object,
      from: trace.place_of_step.get(l.first) ?? 0,
      to: l.last === null ? Infinity : (trace.place_of_step.get(l.last) ?? Infinity),
    }));
    holding.clear(); // older documents do not say who holds what
  }
  trace.calls = (finding.calls ?? []).map((c) => ({
    thread: c.thread,
    label: c.label + (c.stopped ? " stops" : ""),
    from: between(trace, c.after),
    to: c.until === null ? Infinity : between(trace, c.until),
  }));
  for (const [object, held] of holding) {
    if (trace.objects.get(object)?.kind === "once") continue;
    trace.locks.push({ thread: held.thread, object, from: held.since, to: Infinity });
  }
  for (const b of finding.blocked) {
    waiting.delete(b.thread);
    const places = trace.of_thread.get(b.thread);
    const last = places ? places[places.length - 1]! : -1;
    trace.waits.push({ thread: b.thread, object: b.object, from: last + 1, to: Infinity });
  }
  causal_columns(trace);
  find_folds(trace);
  return trace;
}

// The column between the step and the next one.
export function between(trace: Trace, step: number): number {
  return (trace.place_of_step.get(step) ?? -1) + 0.5;
}

export function chances_of(finding: Finding): Chance[] {
  return finding.analysis?.chances ?? [];
}

// The nearest execution that passes, in the form of a finding; null if none is known.
const passing_cache = new WeakMap<Finding, Finding>();
export function passing_of(finding: Finding): Finding | null {
  const passing = finding.analysis?.passing;
  if (!passing) return null;
  let made = passing_cache.get(finding);
  if (!made) {
    made = { ...finding, ...passing, accesses: [], blocked: [], held: [], locks: [], calls: [], analysis: null };
    passing_cache.set(finding, made);
  }
  return made;
}

// The place of the last step of thread `t` that happens before the step at `place`, or -1.
function index_tables(trace: Trace): Map<number, { index: number[]; places: number[] }> {
  const tables = new Map<number, { index: number[]; places: number[] }>();
  for (const [thread, places] of trace.of_thread) {
    let count = 0;
    const index = places.map((p) => (count += events_of(trace.steps[p]!)));
    tables.set(thread, { index, places });
  }
  return tables;
}

function last_known(table: { index: number[]; places: number[] }, clock: number): number {
  return table.places[count_to(table.index, clock, (i) => i) - 1] ?? -1;
}

const tables = new WeakMap<Trace, Map<number, { index: number[]; places: number[] }>>();

function tables_of(trace: Trace): Map<number, { index: number[]; places: number[] }> {
  let found = tables.get(trace);
  if (!found) {
    found = index_tables(trace);
    tables.set(trace, found);
  }
  return found;
}

// For every other thread, the newest of its steps that happens before the step at `place`.
function known_steps(trace: Trace, place: number): Map<number, number> {
  const known = new Map<number, number>();
  const step = trace.steps[place]!;
  for (const [thread, table] of tables_of(trace)) {
    if (thread === step.thread) continue;
    const clock = step.clock[thread] ?? 0;
    const p = clock === 0 ? -1 : last_known(table, clock);
    if (p >= 0 && p < place) known.set(thread, p);
  }
  return known;
}

// The edges by which the step learns of other threads and its predecessor did not, without those that others imply.
export function synchronization(trace: Trace, place: number): Edge[] {
  const step = trace.steps[place]!;
  const mine = trace.of_thread.get(step.thread)!;
  const before = mine[mine.indexOf(place) - 1];
  const old = before === undefined ? new Map<number, number>() : known_steps(trace, before);
  const news = [...known_steps(trace, place)].filter(([t, p]) => (old.get(t) ?? -1) < p).map(([, p]) => p);
  const known = news.map((q) => known_steps(trace, q));
  const implied = (p: number) =>
    known.some((of_q, i) => news[i]! > p && (of_q.get(trace.steps[p]!.thread) ?? -1) >= p);
  return news
    .filter((p) => !implied(p))
    .map((p) => ({ from: p, to: place, kind: "happens-before" as const, object: null }));
}

// Edges that touch the step: what it reads, who reads it, what it synchronises with.
export function neighbourhood(trace: Trace, place: number): Edge[] {
  const edges = synchronization(trace, place);
  const step = trace.steps[place];
  if (!step) return [];
  const source = trace.reads_from[place];
  if (source !== undefined) edges.push({ from: source, to: place, kind: "reads-from", object: step.object });
  if (step.object !== null) {
    for (const p of trace.of_object.get(step.object) ?? []) {
      if (trace.reads_from[p] === place) edges.push({ from: place, to: p, kind: "reads-from", object: step.object });
    }
  }
  return edges;
}

// A step stands right of everything that happens before it or that it reads; steps nothing orders share columns.
function causal_columns(trace: Trace): void {
  const last = new Map<number, number>(); // thread -> place
  const table_list = [...tables_of(trace)];
  trace.steps.forEach((s, place) => {
    let column = 0;
    const before = last.get(s.thread);
    if (before !== undefined) column = trace.column[before]! + 1;
    const source = trace.reads_from[place];
    if (source !== undefined) column = Math.max(column, trace.column[source]! + 1);
    for (const [thread, table] of table_list) {
      if (thread === s.thread) continue;
      const clock = s.clock[thread] ?? 0;
      const p = clock === 0 ? -1 : last_known(table, clock);
      if (p >= 0 && p < place) column = Math.max(column, trace.column[p]! + 1);
    }
    trace.column[place] = column;
    trace.columns = Math.max(trace.columns, column + 1);
    last.set(s.thread, place);
  });
}

function same_action(a: Step, b: Step): boolean {
  const fa = user_frame(a.stack);
  const fb = user_frame(b.stack);
  return (
    a.thread === b.thread &&
    a.call === b.call &&
    a.object === b.object &&
    a.value === b.value &&
    a.written === b.written &&
    a.source === b.source &&
    (fa?.line ?? 0) === (fb?.line ?? 0) &&
    b.switch === null
  );
}

function find_folds(trace: Trace): void {
  const n = trace.steps.length;
  for (let first = 0; first < n; ) {
    let last = first;
    while (last + 1 < n && same_action(trace.steps[first]!, trace.steps[last + 1]!)) last++;
    if (last - first >= 2) trace.folds.set(first, last);
    first = last + 1;
  }
}

export interface ObjectState {
  object: SharedObject;
  value: string | null; // null: not stored to yet
  holder: number | null;
  waiters: number[];
  stores: StoreEntry[]; // the newest few
  earlier: boolean; // there were more
}

const stores_shown = 6;

// How many elements of a list, sorted by `key`, are at most `limit`.
function count_to<T>(list: T[], limit: number, key: (item: T) => number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (key(list[middle]!) <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

// What every object looks like after the step at `place`.
export function state_at(trace: Trace, place: number): ObjectState[] {
  const within = (s: Span) => s.from <= place && place < s.to;
  const result: ObjectState[] = [];
  for (const object of trace.objects.values()) {
    if (object.kind === "thread") continue;
    const all = trace.stores.get(object.id) ?? [];
    const count = count_to(all, place, (e) => e.place);
    let newest = count - 1;
    while (newest >= 0 && !all[newest]!.newest) newest--;
    const lock = trace.locks.find((s) => s.object === object.id && within(s));
    const waiters = trace.waits.filter((s) => s.object === object.id && within(s)).map((s) => s.thread);
    result.push({
      object,
      value: all[newest]?.value ?? null,
      holder: lock?.thread ?? null,
      waiters,
      stores: all.slice(Math.max(0, count - stores_shown), count),
      earlier: count > stores_shown,
    });
  }
  return result;
}

// The last place at or before `place` that is the thread's own, or undefined if it has not moved yet.
export function thread_place(trace: Trace, thread: number, place: number): number | undefined {
  const places = trace.of_thread.get(thread) ?? [];
  return places[count_to(places, place, (p) => p) - 1];
}

const words: Record<string, string> = {
  thread_create: "starts a thread",
  thread_exit: "ends",
};

// One line for a step: ready.load(acquire) → 1.
export function describe(trace: Trace, step: Step): string {
  if (step.call in words) {
    if (step.kind === "spawn" && step.value !== null) return `starts ${thread_name(trace.finding, Number(step.value))}`;
    return words[step.call]!;
  }
  const object = step.object === null ? undefined : trace.objects.get(step.object);
  const call = step.call.replace(/^atomic[ _]/, "").replace(/^pthread_/, "");
  const order = step.order && object?.kind === "atomic" ? step.order : "";
  const written = step.written !== null && object?.kind === "atomic" ? [step.written] : [];
  const inner = [...written, order].filter((x) => x !== "").join(", ");
  const name = object ? `${short_name(object.name)}.` : "";
  const read = step.value !== null && object?.kind === "atomic" ? ` → ${step.value}` : "";
  const late = step.timed_out ? " (timed out)" : "";
  return `${name}${call}(${inner})${read}${late}`;
}
