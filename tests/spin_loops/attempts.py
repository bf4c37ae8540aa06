#!/usr/bin/env python3
"""Random C programs with locks that try, fail and try again: explored as they are, and with the loops written out.

What is written out has no loop: a choice says whether attempts fail first, and assumptions say how each ends. More
failures in a row leave nothing else, so that is all there is. Both must have the same verdict, findings and outcomes at
every optimisation. The numbers of executions are not compared: whether one failure leaves something in a register or on
the stack, and is explored beside none, is up to the compiler.
"""

import argparse
import json
import pathlib
import random
import subprocess
import sys
import tempfile

PRELUDE = """#include <assert.h>
#include <heddle/check.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#define LOAD(x, order) atomic_load_explicit(&(x), memory_order_##order)
#define STORE(x, value, order) atomic_store_explicit(&(x), value, memory_order_##order)
#define ADD(x, value, order) atomic_fetch_add_explicit(&(x), value, memory_order_##order)
#define TRY(x, from, to) atomic_compare_exchange_strong_explicit(&(x), from, to, memory_order_acquire, memory_order_relaxed)
static atomic_int lock[2], x[2];
static int data[2];
static int failures(int most) {
#ifdef WRITTEN_OUT
  return heddle_nondet(most + 1);
#else
  (void)most;
  return 0;
#endif
}
"""

# Each sets r[0]. FAILED: what the first failure leaves behind for good, if anything.
LOCKS = {
    "looks": ("", """
static void take_looks(int l, int* r) {
#ifdef WRITTEN_OUT
  heddle_assume(LOAD(lock[l], relaxed) == 0);
  int seen = 0;
  heddle_assume(TRY(lock[l], &seen, 1));
#else
  int seen;
  do {
    while (LOAD(lock[l], relaxed) != 0) {
    }
    seen = 0;
  } while (!TRY(lock[l], &seen, 1));
#endif
}
"""),
    "tries": ("", """
static void take_tries(int l, int* r) {
  int seen = 0;
#ifdef WRITTEN_OUT
  if (failures(1)) {
    heddle_assume(!TRY(lock[l], &seen, 1));
    heddle_assume(LOAD(lock[l], relaxed) == 0);
    seen = 0;
  }
  heddle_assume(TRY(lock[l], &seen, 1));
#else
  while (!TRY(lock[l], &seen, 1)) {
    seen = 0;
    while (LOAD(lock[l], relaxed) != 0) {
    }
  }
#endif
}
"""),
    "remembers": ("", """
static void take_remembers(int l, int* r) {
  int contended = 0;
#ifdef WRITTEN_OUT
  for (int left = failures(1);; --left) {
    heddle_assume(LOAD(lock[l], acquire) == 0);
    int seen = 0;
    const int taken = TRY(lock[l], &seen, 1);
    heddle_assume(taken == (left == 0));
    if (left == 0) break;
    contended = 1;
  }
#else
  int seen = 0;
  do {
    if (seen != 0) contended = 1;
    while (LOAD(lock[l], acquire) != 0) {
    }
    seen = 0;
  } while (!TRY(lock[l], &seen, 1));
#endif
  r[0] += 2 * contended;
}
"""),
    "peeks": ("", """
static void take_peeks(int l, int* r) {
  int last = 0;
#ifdef WRITTEN_OUT
  for (int left = failures(2);; --left) {
    heddle_assume(LOAD(lock[l], relaxed) == 0);
    int seen = 0;
    const int taken = TRY(lock[l], &seen, 1);
    heddle_assume(taken == (left == 0));
    if (left == 0) break;
    last = LOAD(x[l], relaxed);
  }
#else
  int seen = 0;
  for (;;) {
    while (LOAD(lock[l], relaxed) != 0) {
    }
    seen = 0;
    if (TRY(lock[l], &seen, 1)) break;
    last = LOAD(x[l], relaxed);
  }
#endif
  r[0] += last;
}
"""),
    "exchanges": ("", """
static void take_exchanges(int l, int* r) {
#ifdef WRITTEN_OUT
  heddle_assume(LOAD(lock[l], relaxed) == 0);
  heddle_assume(atomic_exchange_explicit(&lock[l], 1, memory_order_acquire) == 0);
#else
  do {
    while (LOAD(lock[l], relaxed) != 0) {
    }
  } while (atomic_exchange_explicit(&lock[l], 1, memory_order_acquire) != 0);
#endif
}
"""),
}
LOADS = ["relaxed", "acquire", "seq_cst"]
STORES = ["relaxed", "release", "seq_cst"]


class Generator:
    def __init__(self, seed):
        self.random = random.Random(seed)

    def step(self):
        i, r = self.random.randrange(2), self.random.randrange(2)
        return self.random.choice([
            f"r[{r}] = LOAD(x[{i}], {self.random.choice(LOADS)});",
            f"STORE(x[{i}], {self.random.randrange(1, 3)}, {self.random.choice(STORES)});",
            f"ADD(x[{i}], 1, {self.random.choice(STORES)});",
        ])

    def thread(self, long):
        text = ""
        for _ in range(self.random.choice([1, 1, 2]) if long else 1):
            if self.random.random() < 0.3:
                text += f"  {self.step()}\n"
            held, kind = self.random.randrange(4) // 3, self.random.choice(list(LOCKS))
            text += f"  take_{kind}({held}, r);\n  r[1] = data[{held}]++;\n"
            if self.random.random() < 0.4:
                text += f"  {self.step()}\n"
            text += f"  STORE(lock[{held}], 0, {self.random.choice(['release', 'seq_cst'])});\n"
        if self.random.random() < 0.3:
            text += f"  {self.step()}\n"
        return text

    def program(self, number):
        count = self.random.choice([2, 2, 3])
        text = ""
        for t in range(count):
            text += (f"static void* thread_{number}_{t}(void* unused) {{\n  int r[2] = {{0, 0}};\n{self.thread(count == 2)}"
                     "  char text[16];\n  sprintf(text, \"%d,%d\", r[0], r[1]);\n  heddle_observe(text);\n  return unused;\n}\n")
        starts = "".join(f"  pthread_create(&t[{t}], NULL, thread_{number}_{t}, NULL);\n" for t in range(count))
        joins = "".join(f"  pthread_join(t[{t}], NULL);\n" for t in range(count))
        return f"{text}static void program_{number}(void) {{\n  pthread_t t[{count}];\n{starts}{joins}}}\n"

    def source(self, programs):
        bodies = "".join(self.program(n) for n in range(programs))
        table = ", ".join(f"program_{n}" for n in range(programs))
        return (PRELUDE + "".join(text for _, text in LOCKS.values()) + bodies +
                f"static void (*const programs[])(void) = {{{table}}};\n"
                "int main(int argc, char** argv) { programs[atoi(argv[1])](); return 0; }\n")


def explore(heddle, program, number, options, result):
    ran = subprocess.run([heddle, "check", "--exhaustive", "--budget=30s", "--keep-going", f"--json={result}", *options, program,
                          str(number)], capture_output=True, text=True)
    if ran.returncode not in (0, 1, 3):
        sys.exit(f"program {number}: exit {ran.returncode}\n{ran.stdout}{ran.stderr}")
    document = json.loads(result.read_text())
    rules = sorted({finding["rule"] for finding in document["findings"]})
    return document["verdict"], rules, sorted(o["text"] for o in document["outcomes"]), document["exploration"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--heddle", required=True)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 30))
    parser.add_argument("--programs", type=int, default=20)
    parser.add_argument("--optimise", nargs="*", default=["-O0", "-O1", "-O2"])
    options = parser.parse_args()
    print(f"seed {options.seed}")
    different = executions = compared = 0
    with tempfile.TemporaryDirectory() as folder:
        source, result = pathlib.Path(folder) / "programs.c", pathlib.Path(folder) / "result.json"
        source.write_text(Generator(options.seed).source(options.programs))

        def build(name, *flags):
            program = pathlib.Path(folder) / name
            subprocess.run([options.heddle, "cc", *flags, "-g", "-w", source, "-o", program], check=True)
            return program

        written_out = build("written_out", "-O1", "-DWRITTEN_OUT")
        loops = {level: build(level, level) for level in options.optimise}
        for number in range(options.programs):
            expected = explore(options.heddle, written_out, number, [], result)
            for level, program in loops.items():
                for more in ([], ["--no-reduction=spins"]):
                    got = explore(options.heddle, program, number, more, result)
                    executions += got[3]["executions"]
                    if "inconclusive" in (expected[0], got[0]):
                        continue
                    compared += 1
                    if got[:3] != expected[:3]:
                        print(f"program {number} {level} {more}: {got}\n  written out: {expected}")
                        different += 1
    print(f"{options.programs} programs, {compared} comparisons, {executions} executions, {different} different")
    return 1 if different or not compared else 0


if __name__ == "__main__":
    sys.exit(main())
