#!/usr/bin/env python3
"""Random C programs, explored with executions recalled and with all of them run: the same findings and counts.

The programs mix atomic operations with plain memory of every kind that matters to what may be recalled: private,
handed to a thread when it is created, published by a flag (or racing), collected after joining, on the heap, on another
thread's stack, thread-local, under a mutex; and assertions about all of it.
"""

import argparse
import json
import pathlib
import random
import subprocess
import sys
import tempfile
import time

PRELUDE = """#define _GNU_SOURCE
#include <assert.h>
#include <heddle/check.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#define LOAD(x, order) atomic_load_explicit(&(x), memory_order_##order)
#define STORE(x, value, order) atomic_store_explicit(&(x), value, memory_order_##order)
static atomic_int x[3], published[2];
static atomic_short narrow[2];
static atomic_int noise, spin_lock;
static int data[2], results[4], settings[4], shared[3] = {0, 1, 2};
static short small[2];
static long long wide;
static struct pair { int first, second; } pair;
static _Thread_local int own;
static int* block;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER, locks[2] = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER};
static pthread_mutex_t again = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP, made;
struct argument { int id, value; int* place; atomic_int* counter; };
static void* make_noise(void* p) { STORE(noise, 1, relaxed); STORE(noise, 2, relaxed); return p; }
static __attribute__((noinline)) int read_one(atomic_int* p) { return LOAD(*p, acquire); }
static void spin_unlock(void) { STORE(spin_lock, 0, release); }
static void use(void* p) { __asm__ volatile("" ::"r"(p) : "memory"); }
static int number(const char* text) { int n = 0; while (*text) n = n * 10 + *text++ - '0'; return n; }
"""
# One thread tells another something by accesses that nobody sees, and by which an assertion fails if neither reads a
# store: not if that execution is recalled. By this the test knows that it compares two different things.
CANARY = """
static int unseen;
static __attribute__((noinline, no_sanitize("thread"))) void tell(void) { unseen = 1; }
static __attribute__((noinline, no_sanitize("thread"))) int told(void) { return unseen; }
static void* canary_tells(void* p) { if (!LOAD(x[0], relaxed)) tell(); return p; }
static void* canary_asks(void* p) { int r = LOAD(x[1], relaxed); assert(r || !told()); return p; }
static void* canary_stores(void* p) { STORE(x[0], 1, relaxed); STORE(x[1], 1, relaxed); return p; }
static void canary(void) {
  void* (*const functions[])(void*) = {canary_tells, canary_asks, canary_stores};
  pthread_t ids[3];
  for (int i = 0; i < 3; ++i) pthread_create(&ids[i], NULL, functions[i], NULL);
  for (int i = 0; i < 3; ++i) pthread_join(ids[i], NULL);
}
"""
LOADS = ["relaxed", "acquire", "seq_cst"]
STORES = ["relaxed", "release", "seq_cst"]


class Generator:
    def __init__(self, seed):
        self.random = random.Random(seed)

    def one_of(self, *choices):
        return self.random.choice(choices)

    def value(self):
        return "(" + self.one_of("r0", "r1", "r0 + r1", "1", "2", "r0 + 1", "a->id", "a->value", "own",
                                 f"settings[{self.random.randrange(4)}]", f"local[{self.random.randrange(2)}]") + ") & 3"

    def condition(self):
        n = self.random.randrange(3)
        return self.one_of(f"r0 == {n}", f"r1 == {n}", "r0 < r1", "((r0 ^ r1) & 1)", "own > 1", f"local[0] == {n}",
                           f"a->value == {n}", f"settings[{self.random.randrange(4)}] == {n}")

    def statement(self, depth=0):
        r, i, x = self.one_of("r0", "r1"), self.random.randrange(2), f"x[{self.one_of(0, 0, 1, 1, 2)}]"
        load, store, v = self.random.choice(LOADS), self.random.choice(STORES), self.value()
        kinds = {
            "load": (6, lambda: f"{r} = LOAD({x}, {load});"),
            "store": (4, lambda: f"STORE({x}, {v}, {store});"),
            "exchange": (2, lambda: f"{r} = atomic_exchange_explicit(&{x}, {v}, memory_order_{store});"),
            "add": (2, lambda: f"{self.one_of('', r + ' = ')}atomic_fetch_add_explicit(&{x}, 1, memory_order_{store});"),
            "compare_exchange": (1, lambda: f"{{ int e = {self.random.randrange(3)}; {r} = atomic_compare_exchange_strong("
                                            f"&{x}, &e, {v}) ? e : e + 1; }}"),
            "fence": (1, lambda: f"atomic_thread_fence(memory_order_{self.one_of('acquire', 'release', 'seq_cst')});"),
            "if": (1, lambda: f"if ({self.condition()}) {{ {self.inner(depth)} }} else {{ {self.inner(depth)} }}"),
            "publish": (1, lambda: f"data[{i}] = {v}; STORE(published[{i}], 1, {self.one_of('release', 'release', 'relaxed')});"),
            "read published": (1, lambda: f"if (LOAD(published[{i}], {self.one_of('acquire', 'acquire', 'relaxed')})) "
                                          f"{{ {r} = data[{i}]; {self.one_of('', f'data[{i}] = r0 & 3;')} }}"),
            "private": (2, lambda: f"local[{i}] = {v}; use(local);"),
            "thread-local": (1, lambda: f"own = {v};"),
            "assert": (3, lambda: f"assert(!({self.condition()} && {self.condition()}));"),
            "heap": (1, lambda: self.one_of(
                f"{{ int* q = malloc(8); *q = {v}; use(q); {r} = *q & 3; free(q); }}",
                "{ int* q = malloc(4); *q = r0; use(q); block = q; STORE(published[0], 1, release); }",
                "if (LOAD(published[0], acquire) && block) r1 = *block & 3;")),
            "result": (1, lambda: f"results[a->id] = {v};"),
            "handed": (1, lambda: self.one_of(f"{r} = *a->place & 3;", f"*a->place = {v};")),
            "setting": (1, lambda: f"{r} = settings[{self.random.randrange(4)}];"),
            "mutex": (1, lambda: f"pthread_mutex_lock(&mutex); {self.one_of(f'data[0] = {v}', f'{r} = data[0]')}; "
                                 "pthread_mutex_unlock(&mutex);"),
            "locks": (2, lambda: self.locked(depth)),
            "shared": (4, lambda: self.shared(depth)),
            "narrow": (1, lambda: f"STORE(narrow[{i}], {v}, relaxed); {r} = LOAD(narrow[{1 - i}], relaxed);"),
            "on a stack": (1, lambda: f"{r} = atomic_fetch_add_explicit(a->counter, 1, memory_order_relaxed) & 3;"),
            "spin": (0.3, lambda: f"while (LOAD({self.one_of(x, 'published[1]')}, {load}) {self.one_of('== 0', '== 0', '!= 1')}) {{}}"),
            "spin lock": (1, lambda: f"{self.spin_lock()} {self.shared(depth)} {self.one_of('', self.inner(depth))} spin_unlock();"),
            "spin on two": (0.2, lambda: f"while (read_one(&x[0]) + read_one(&{self.one_of('x[1]', 'published[0]')}) "
                                         f"{self.one_of('== 0', '< 2', '!= 1')}) {{}}"),
            "nondet": (1, lambda: f"{r} = heddle_nondet(2);"),
            "loop": (1, lambda: f"for (int k = 0; k < 2; ++k) {r} += LOAD(x[{self.one_of('k', '0')}], {load});"),
        }
        names = list(kinds)
        kind = self.random.choices(names, [kinds[name][0] for name in names])[0]
        return kinds[kind][1]()

    def spin_lock(self):
        order = self.one_of("acquire", "acquire", "relaxed")
        attempt = f"atomic_compare_exchange_strong_explicit(&spin_lock, &e, 1, memory_order_{order}, memory_order_relaxed)"
        return self.one_of(
            f"while (atomic_exchange_explicit(&spin_lock, 1, memory_order_{order})) {{}}",
            f"for (int e = 0; !{attempt}; e = 0) {{}}",
            f"for (int e = 0; ;e = 0) {{ while (LOAD(spin_lock, {order})) {{}} if ({attempt}) break; }}",
            f"{{ int e; do {{ while (read_one(&spin_lock)) {{}} e = 0; }} while (!{attempt}); }}",
            f"{{ int e = 0; while (!{attempt}) {{ use(local); e = 0; }} }}")

    # Seldom with one lock more, which may be the other thread's first, or is given back to nobody.
    def locked(self, depth):
        mutex = self.one_of("mutex", "locks[0]", "locks[0]", "locks[1]", "again", "made")
        lock, unlock = f"pthread_mutex_lock(&{mutex}); ", f"pthread_mutex_unlock(&{mutex});"
        odd = self.random.randrange(24)
        if odd == 0:
            return lock
        if odd == 1:
            return unlock
        if odd == 2:
            return f"if (pthread_mutex_trylock(&{mutex}) == 0) {{ {self.inner(depth)} {unlock} }}"
        if odd == 3 and depth == 0:
            return lock + self.locked(depth + 1) + unlock
        if odd == 4:
            return f"pthread_mutex_lock(&again); pthread_mutex_lock(&again); {self.inner(depth)} pthread_mutex_unlock(&again); pthread_mutex_unlock(&again);"
        if odd == 5:
            return f"if ({self.condition()}) pthread_mutex_destroy(&{mutex});"
        return lock + self.inner(depth) + unlock

    # Plain memory that threads share: under a lock, most often the right one, or published, or not.
    def shared(self, depth):
        r, i, v = self.one_of("r0", "r1"), self.random.randrange(3), self.value()
        access = self.random.choices([
            f"shared[{i}] = {v};", f"{r} = shared[{i}] & 3;", f"shared[{i}] += {v};", f"{r} += shared[{i}]++ & 1;",
            f"if (shared[{i}] == {self.random.randrange(3)}) {{ {self.inner(depth)} }}",
            f"shared[{i}] = 1; {r} = shared[{i}]; assert({r} == 1);",
            f"small[{i % 2}] = {v};", f"{r} = small[{i % 2}];", f"wide = {v};", f"{r} = wide & 3;",
            f"pair.first = {v};", f"pair = (struct pair){{r0, r1}};", f"{r} = pair.second & 3;", f"memcpy(&wide, local, sizeof({self.one_of('wide', 'int')}));",
        ], [4, 4, 3, 3, 3, 2, 2, 2, 2, 2, 1, 1, 1, 1])[0]
        mutex = self.one_of(*["mutex"] * 9, "again")
        locked = f"pthread_mutex_lock(&{mutex}); {access} pthread_mutex_unlock(&{mutex});"
        how = self.random.randrange(24)
        if how == 0:
            return access
        if how == 1:
            return f"if ({self.condition()}) {{ {access} }}"
        if how == 2:
            return f"if (LOAD(published[1], acquire)) {{ {access} }}"
        if how == 3:
            return f"{access} STORE(published[1], 1, release);"
        if how < 8:
            return f"if ({self.condition()}) {{ {locked} }}"
        if how < 11:
            return f"pthread_mutex_lock(&{mutex}); {access} {self.statement(depth + 2)} {access} pthread_mutex_unlock(&{mutex});"
        return locked

    def inner(self, depth):
        return self.statement(depth + 1) if depth < 2 else ";"

    def program(self, p):
        threads = self.one_of(2, 2, 3)
        lines = []
        for t in range(threads):
            lines.append(f"static void* p{p}_{t}(void* v) {{ struct argument* a = v; int r0 = 0, r1 = 0, local[2] = {{0, 0}}; use(local);")
            lines += [self.statement() for _ in range(self.random.randrange(5, 11 if threads == 2 else 7))]
            lines.append(f"return {self.one_of('NULL', 'NULL', '(void*)(long)r0')}; }}")
        lines.append(f"static void p{p}(void) {{ pthread_t ids[{threads}]; struct argument all[{threads}], *a = all; atomic_int counter; "
                     f"int places[{threads}], r0 = 0, r1 = 0, local[2] = {{0, 0}}; void* returned = NULL; atomic_init(&counter, 0); "
                     "memset(all, 0, sizeof all); use(local); use(&returned); pthread_mutex_init(&made, NULL);")
        if self.random.random() < 0.4:
            lines.append(f"settings[{self.random.randrange(4)}] = {self.one_of('1', '2', 'heddle_nondet(2)')};")
        for t in range(threads):
            lines.append(f"places[{t}] = {self.one_of('0', '1', 'r0 & 3', 'heddle_nondet(2)')}; all[{t}].id = {t}; "
                         f"all[{t}].value = {self.one_of('0', '1', 'r1 & 3')}; all[{t}].place = &places[{self.one_of(t, t, t, 0)}]; "
                         f"all[{t}].counter = &counter; pthread_create(&ids[{t}], NULL, p{p}_{t}, &all[{t}]);")
            if self.random.random() < 0.35:
                lines.append(self.statement())
        # So that much is known before threads do what they do seldom.
        noises = self.one_of(0, 2) if threads == 2 else 0
        lines += [f"pthread_t noises[2]; for (int i = 0; i < {noises}; ++i) pthread_create(&noises[i], NULL, make_noise, NULL);"]
        for t in range(threads):
            lines.append(f"pthread_join(ids[{t}], {self.one_of('NULL', 'NULL', '&returned')});")
            if self.random.random() < 0.3:
                lines.append("r0 = (int)(long)returned & 3;")
        lines.append(f"for (int i = 0; i < {noises}; ++i) pthread_join(noises[i], NULL);")
        n, m = self.random.randrange(3), self.random.randrange(3)
        lines.append(self.one_of(f"assert(!(results[0] == {n} && results[1] == {m}));",
                                 f"assert(!(LOAD(x[0], seq_cst) == {n} && LOAD(x[1], seq_cst) == {m}));",
                                 f"assert(!(shared[0] == {n} && shared[1] == {m}));", "assert(shared[0] + shared[1] + shared[2] != 5);",
                                 self.statement(), ""))
        return "\n".join(lines) + "\n}\n"

    def source(self, count):
        programs = "".join(self.program(p) for p in range(count))
        table = ", ".join(f"p{p}" for p in range(count))
        # Not atoi: a program that calls it is not recalled.
        return (f"{PRELUDE}{CANARY}{programs}static void (*const all[])(void) = {{{table}, canary}};\n"
                "int main(int n, char** words) { (void)n; all[number(words[1])](); return 0; }\n")


def explore(heddle, program, number, recall, result):
    command = [heddle, "check", "--exhaustive", "--budget=5s", "--keep-going", "--no-minimize", "--no-why",
               "--max-events=2000", f"--json={result}", *recall, program, str(number)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    if ran.returncode not in (0, 1, 3):
        sys.exit(f"{' '.join(map(str, command))}: exit {ran.returncode}\n{ran.stdout}{ran.stderr}")
    document = json.loads(result.read_text())
    findings = sorted((finding["rule"], finding["message"]) for finding in document["findings"])
    counts = {name: document["exploration"][name] for name in ("executions", "complete", "blocked", "stale", "operations")}
    ended = document["exploration"]["reason"] == "exhausted"
    return document["verdict"], findings, counts, ended


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--heddle", type=pathlib.Path, required=True)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--programs", type=int, default=20)
    parser.add_argument("--compiler-option", default="-O1")
    options = parser.parse_args()
    print(f"--seed={options.seed}", flush=True)
    different = executions = 0
    with tempfile.TemporaryDirectory() as folder:
        source, program = pathlib.Path(folder) / "programs.c", pathlib.Path(folder) / "programs"
        source.write_text(Generator(options.seed).source(options.programs))
        subprocess.run([options.heddle, "cc", options.compiler_option, "-g", "-w", "-UNDEBUG", source, "-o", program], check=True)
        result = pathlib.Path(folder) / "result.json"
        at_once = ["--recall", "--recall-after=0"]
        if explore(options.heddle, program, options.programs, at_once, result)[0] != "verified":
            sys.exit("The canary was run in all executions: nothing is recalled, and there is nothing to compare.")
        if explore(options.heddle, program, options.programs, [], result)[0] != "bug":
            sys.exit("The canary has lost its bug.")
        for number in range(options.programs):
            recalled = explore(options.heddle, program, number, at_once, result)
            run = explore(options.heddle, program, number, [], result)
            executions += run[2]["executions"]
            if recalled != run and recalled[3] and run[3]:
                print(f"program {number}: recalled {recalled}\n           run {run}")
                different += 1
    print(f"{options.programs} programs, {executions} executions, {different} different")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
