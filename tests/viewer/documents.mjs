// Result documents for the tests, made up: small ones whose every detail is known, and a large one.

const frame = (file, line, source) => ({
  function: "work",
  file,
  line,
  column: 1,
  source,
  inlined: false,
  library: false,
  module: "program",
  offset: 0,
});

const step = (n, thread, call, kind, more = {}) => ({
  step: n,
  thread,
  kind,
  call,
  object: null,
  size: 4,
  order: "relaxed",
  value: null,
  written: null,
  source: null,
  mo_last: true,
  timed_out: false,
  switch: null,
  clock: [],
  stack: [frame("/src/program.cpp", 10 + n, `line of step ${n};`)],
  ...more,
});

const object = (id, name, kind) => ({
  id,
  name,
  kind,
  address: "0x1000",
  size: 4,
  region: "global",
  block: null,
  block_size: 0,
  offset: 0,
  allocated_by: null,
  allocated_at: [],
});

const thread = (id, name) => ({ id, name, entry: "work", creator: id === 0 ? null : 0, created_at: [] });

function finding(fingerprint, steps, more = {}) {
  return {
    rule: "HED001",
    name: "data-race",
    title: "Data race",
    fingerprint,
    cause: "T2 reads data while T1 writes it",
    message: "data race",
    token: "heddle1:AAAA",
    replay: "heddle replay --token=heddle1:AAAA ./program",
    execution: 7,
    phase: "pos",
    replays: 3,
    reproduced: 3,
    occurrences: 1,
    threads: [thread(0, "main"), thread(1, null), thread(2, null)],
    objects: [object(0, "ready", "atomic"), object(1, "lock", "mutex")],
    accesses: [
      { role: "current", thread: 2, kind: "read", size: 4, object: null, address: "0x2000", step: steps.length, stack: [] },
      { role: "previous", thread: 1, kind: "write", size: 4, object: null, address: "0x2000", step: 3, stack: [] },
    ],
    blocked: [],
    held: [],
    steps,
    minimized: { switches_before: 5, switches_after: 1, attempts: 12 },
    output: "hello",
    ...more,
  };
}

function result(findings) {
  return {
    schema_version: "1.0",
    verdict: "bug",
    guarantee: "The executions shown are possible.",
    error: null,
    output: null,
    program: "./program",
    arguments: ["--fast"],
    options: {},
    exploration: {
      mode: "random",
      strategy: "pos",
      model: "rc11",
      seed: "1",
      reason: "first_bug",
      processes: 1,
      executions: 7,
      complete: 7,
      blocked: 0,
      cut: 0,
      operations: 70,
      cpu_seconds: 0.1,
      elapsed_seconds: 0.1,
      estimate: null,
    },
    findings,
    divergences: [],
    unsupported: [],
    warnings: [],
    outcomes: [{ text: "r=1", count: 3 }],
    problems: [],
    sources: [{ file: "/src/program.cpp", first: 13, lines: ["text of 13", "text of 14", "text of 15"] }],
  };
}

// main starts two threads; T1 locks, stores, unlocks; T2 locks and reads the old value.
export function small_steps() {
  return [
    step(1, 0, "thread_create", "spawn", { value: "1", clock: [1] }),
    step(2, 0, "thread_create", "spawn", { value: "2", clock: [2] }),
    step(3, 1, "pthread_mutex_lock", "await", {
      object: 1, value: "0", written: "2", source: -1, clock: [1], switch: "it had to wait", order: "acquire",
    }),
    step(4, 1, "atomic_store", "store", { object: 0, written: "1", clock: [1], order: "release" }),
    step(5, 1, "pthread_mutex_unlock", "store", { object: 1, written: "0", clock: [1], order: "release" }),
    step(6, 2, "pthread_mutex_lock", "await", {
      object: 1, value: "0", written: "3", source: 5, clock: [2], switch: "preemption", order: "acquire",
    }),
    step(7, 2, "atomic_load", "load", { object: 0, value: "1", source: 4, clock: [2, 4], order: "acquire" }),
    step(8, 2, "atomic_load", "load", { object: 0, value: "0", source: -1, clock: [2, 4] }),
    step(9, 2, "atomic_load", "load", { object: 0, value: "0", source: -1, clock: [2, 4] }),
    step(10, 2, "atomic_load", "load", { object: 0, value: "0", source: -1, clock: [2, 4] }),
  ].map((s, i) => (i >= 7 ? { ...s, stack: [frame("/src/program.cpp", 40, "while (!ready.load());")] } : s));
}

// What later versions of the format have: why, locks, calls of an object, and what trying other executions has shown.
export function analysed() {
  const steps = small_steps();
  const passing = small_steps().slice(0, 8);
  passing[5] = { ...passing[5], thread: 1, call: "atomic_store", kind: "store", object: 0, written: "2", value: null };
  return result([
    finding("00000000000000dd", steps, {
      rule: "HED020",
      title: "Not linearizable",
      why: "No order of the operations explains the results.",
      locks: [{ thread: 1, object: 1, first: 3, last: 8, shared: true }],
      calls: [
        { thread: 1, label: "push(1)", after: 2, until: 5, stopped: false },
        { thread: 2, label: "pop() → 1", after: 5, until: 8, stopped: false },
        { thread: 2, label: "pop()", after: 8, until: null, stopped: true },
      ],
      analysis: {
        executions: 120,
        chances: [
          { after: 0, failed: 4, passed: 36 },
          { after: 5, failed: 19, passed: 21 },
          { after: 6, failed: 40, passed: 0 },
        ],
        no_return: 6,
        fixes: [
          {
            orders: [{ kind: "store", from: "relaxed", to: "release", stack: [frame("/src/program.cpp", 14, "x")] }],
            executions: 12,
            verified: true,
          },
        ],
        passing: { threads: [thread(0, "main"), thread(1, null), thread(2, null)], objects: [object(0, "ready", "atomic"), object(1, "lock", "mutex")], steps: passing },
      },
      turning: "The nearest execution that passes is the same up to step 5.",
    }),
  ]);
}

export const one = () => result([finding("00000000000000aa", small_steps())]);

export function two() {
  const shorter = small_steps().slice(0, 6);
  shorter[5] = { ...shorter[5], call: "pthread_mutex_trylock" };
  return result([
    finding("00000000000000aa", small_steps()),
    finding("00000000000000bb", shorter, { rule: "HED002", title: "Deadlock", cause: "T1 waits for T2" }),
  ]);
}

export function hostile() {
  const nasty = `</script><script>window.hacked = 1</script><img src=x onerror="window.hacked=1"><!--`;
  const document = one();
  document.program = nasty;
  document.findings[0].cause = nasty;
  document.findings[0].objects[0].name = nasty;
  document.findings[0].threads[1].name = nasty;
  document.findings[0].steps[3].stack[0].source = nasty;
  return document;
}

export function large(count, threads) {
  const steps = [];
  const clock = new Array(threads).fill(0);
  for (let n = 1; n <= count; n++) {
    const t = Math.floor(n / 3) % threads;
    const store = n % 2 === 0;
    steps.push(
      step(n, t, store ? "atomic_store" : "atomic_load", store ? "store" : "load", {
        object: n % 7,
        value: store ? null : String(n - 1),
        written: store ? String(n) : null,
        source: store ? null : n > 8 ? n - 7 : -1,
        switch: n % 3 === 0 ? "preemption" : null,
        clock: [...clock],
        stack: [frame("/src/program.cpp", 20 + ((n * 7) % 100), `line of step ${n};`)],
      }),
    );
    clock[t]++;
  }
  const large = result([
    finding("00000000000000cc", steps, {
      threads: Array.from({ length: threads }, (_, id) => thread(id, null)),
      objects: Array.from({ length: 7 }, (_, id) => object(id, `x${id}`, "atomic")),
    }),
  ]);
  const lines = Array.from({ length: 140 }, (_, i) => `  if (slot[${i}].exchange(value, std::memory_order_acq_rel) == 0) return;`);
  return { ...large, sources: [{ file: "/src/program.cpp", first: 1, lines }] };
}
