#!/usr/bin/env python3
"""Executions are recalled unasked where all code of a program is known to be instrumented, and only there.

The program has 720 executions. What is added to it is never called from them: that it is there is enough.
"""

import argparse
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

MAIN = r"""
#include <pthread.h>
#include <stdatomic.h>
static atomic_int counter;
static void *count(void *unused) {
  atomic_fetch_add(&counter, 1);
  return unused;
}
void added(void);
int main(int arguments, char **names) {
  (void)names;
  if (arguments > 5) added();
  pthread_t threads[6];
  for (int i = 0; i < 6; ++i) pthread_create(&threads[i], 0, count, 0);
  for (int i = 0; i < 6; ++i) pthread_join(threads[i], 0);
  return counter == 6 ? 0 : 1;
}
"""

NOTHING = "void added(void) {}\n"
STORE = "int shared; void added(void) { shared = 1; }\n"
PLAIN = ["-fno-sanitize=thread"]


def assembly(text, rest=""):
    return f'int shared; void added(void) {{ __asm__ volatile("{text}"{rest}); }}\n'


# name: (added source, suffix, options of its compilation, options of linking, is all of it instrumented)
CASES = {
    "plain": (STORE, "c", [], [], True),
    "unoptimised": (STORE, "c", ["-O0"], [], True),
    "vectors": ("int a[64], b[64]; void added(void) { for (int i = 0; i < 64; ++i) a[i] += b[i]; }\n", "c",
                ["-O3", "-mavx2"], [], True),
    "calls": ("#include <string.h>\nchar a[9], b[9]; void added(void) { __builtin_memcpy(a, b, 9); strcpy(b, a); }\n",
              "c", [], [], True),
    "expectation": ("#include <heddle/check.h>\nint shared; void added(void) { heddle_expect(shared == 0); }\n", "c", [], [],
                    True),
    "barrier": (assembly("", ' ::: "memory"'), "c", [], [], True),
    "pause": (assembly("pause"), "c", [], [], True),
    "cold": ("#include <stdlib.h>\nint shared; void added(void) { if (shared == 3) abort(); shared = 2; }\n", "c",
             ["-O2"], [], True),
    "thunks": ("""struct A { virtual void f() {} int a = 0; };
struct B { virtual void g() = 0; int b = 0; };
struct C : A, B { void g() override { b = 1; } };
B* made = new C;
extern "C" void added() { made->g(); }
""", "cpp", ["-std=c++20"], [], True),
    "templates": ("""#include <atomic>
#include <functional>
#include <memory>
#include <thread>
std::shared_ptr<int> shared;
thread_local int mine = *new int(2);
extern "C" void added() {
  std::function<void()> f = [] { shared = std::make_shared<int>(mine); };
  std::thread thread(f);
  thread.join();
}
""", "cpp", ["-std=c++20"], [], True),
    "uninstrumented": (NOTHING, "c", PLAIN, [], False),
    "one function": ('__attribute__((no_sanitize("thread"))) void other(void) {}\n' + STORE, "c", [], [], False),
    "one static function": ("""int shared;
__attribute__((no_sanitize("thread"), noinline)) static void other(void) { shared = 1; }
void added(void) { other(); }
""", "c", [], [], False),
    "assembly": (assembly("incl shared(%rip)"), "c", [], [], False),
    "assembly with operands": (assembly("incl %0", ' : "+m"(shared)'), "c", [], [], False),
    "assembly at top": ('__asm__(".globl added\\nadded: ret");\n', "c", [], [], False),
    "assembly file": (".globl added\nadded: ret\n.section .note.GNU-stack\n", "s", None, [], False),
    "stream": ("#include <emmintrin.h>\nint shared; void added(void) { _mm_stream_si32(&shared, 1); }\n", "c", [], [],
               False),
    "masked": ("""#include <immintrin.h>
int a[8]; void added(void) { _mm256_maskstore_epi32(a, _mm256_set1_epi32(-1), _mm256_set1_epi32(1)); }
""", "c", ["-mavx2"], [], False),
    "gathered": ("""#include <immintrin.h>
int a[8]; volatile int b; void added(void) {
  __m256i i = _mm256_i32gather_epi32(a, _mm256_setzero_si256(), 4);
  b = _mm256_extract_epi32(i, 0);
}
""", "c", ["-mavx2"], [], False),
    "checked": ("char a[9], b[9]; unsigned long n; void added(void) { __builtin___memcpy_chk(a, b, n, 9); }\n", "c", [],
                [], False),
    "looked up": ("#define _GNU_SOURCE\n#include <dlfcn.h>\nvoid added(void) { ((void (*)(void))dlsym(0, \"f\"))(); }\n",
                  "c", [], [], False),
    "looked up by pointer": ("""#define _GNU_SOURCE
#include <dlfcn.h>
void* (*look)(void*, const char*) = dlsym;
void added(void) { ((void (*)(void))look(0, "f"))(); }
""", "c", [], [], False),
    "demangled": ("""#include <cxxabi.h>
char text[9]; unsigned long size = 9; int status;
extern "C" void added() { abi::__cxa_demangle("i", text, &size, &status); }
""", "cpp", [], [], False),
    "attributes": ("""#include <pthread.h>
pthread_attr_t attributes; size_t size; void added(void) { pthread_attr_getstacksize(&attributes, &size); }
""", "c", [], [], False),
    "no such order": ("int shared; void added(void) { __atomic_store_n(&shared, 1, 77); }\n", "c", ["-w"], [], False),
    "no such order of exchange": ("""int x, expected;
void added(void) { __atomic_compare_exchange_n(&x, &expected, 1, 0, 77, 0); }
""", "c", ["-w"], [], False),
    "constant": ("const int given = 3; int shared; void added(void) { shared = given; }\n", "c", [], [], True),
    "constant for some": ("const volatile int given = 3; int shared; void added(void) { shared = given; }\n", "c", [], [],
                          False),
    "stripped": (NOTHING, "c", [], ["-s"], False),
    # The linker drops the notes of what is instrumented.
    "sections": (STORE, "c", ["-ffunction-sections"], ["-Wl,--gc-sections"], False),
    "locals stripped": (NOTHING, "c", [], ["-Wl,--discard-all"], False),
}

# Code that is reached by what data leads to it. It has no hooks.
TABLE = "struct operations { void (*work)(void); }; extern const struct operations table; "
CALLED = TABLE + "void added(void) { table.work(); }\n"
CALLEE = TABLE + """int shared; __attribute__((no_sanitize("thread"))) static void work(void) { shared = 1; }
const struct operations table = {work};
"""
CLASS = "struct Worker { virtual void work(); int shared; }; "
CALLED_BY_CLASS = CLASS + """Worker* worker = new Worker; extern "C" void added() { worker->work(); }\n"""
CALLEE_OF_CLASS = CLASS + "void Worker::work() { shared = 1; }\n"

INLINE = r"""
template <class T> __attribute__((noinline)) void store(T* to) { *to = 1; }
extern "C" void NAME() { static int x; store(&x); }
"""


def run(*command):
    subprocess.run([str(word) for word in command], check=True)


class Programs:
    def __init__(self, heddle, folder):
        self.heddle = heddle
        self.folder = folder
        self.main = self.compile("main", MAIN, "c", ["-O1"])

    def compile(self, name, text, suffix, options):
        """The object file. Options None: by the assembler alone."""
        source = self.folder / f"{name.replace(' ', '_')}.{suffix}"
        source.write_text(text, encoding="utf-8")
        made = source.with_suffix(".o")
        if options is None:
            run("as", source, "-o", made)
        else:
            run(self.heddle, "c++" if suffix == "cpp" else "cc", "-O1", "-g", *options, "-c", source, "-o", made)
        return made

    def library(self, name, text, suffix):
        made = self.folder / f"lib{name}.so"
        source = made.with_suffix(f".{suffix}")
        source.write_text(text, encoding="utf-8")
        run(self.heddle, "c++" if suffix == "cpp" else "cc", "-O1", *PLAIN, "-fPIC", "-shared", source, "-o", made)
        return made

    def recalled(self, name, objects, linking, *options):
        program = self.folder / name.replace(" ", "_")
        run(self.heddle, "c++", self.main, *objects, "-o", program, *linking)
        document = self.folder / "result.json"
        run(self.heddle, "check", "--exhaustive", "--budget=0", "--quiet", f"--json={document}", *options, program)
        exploration = json.loads(document.read_text(encoding="utf-8"))["exploration"]
        if exploration["executions"] != 720 or exploration["complete"] != 720:
            sys.exit(f"{name}: {exploration}")
        return exploration["recalled"] > 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--heddle", required=True)
    arguments = parser.parse_args()
    failures = []

    def expect(what, is_so, should_be):
        print(f"{what}: {'recalled' if is_so else 'run'}")
        if is_so != should_be:
            failures.append(what)

    with tempfile.TemporaryDirectory(prefix="heddle-whole-") as folder:
        programs = Programs(arguments.heddle, pathlib.Path(folder))
        for name, (text, suffix, options, linking, whole) in CASES.items():
            made = programs.compile(name, text, suffix, options)
            expect(name, programs.recalled(name, [made], linking), whole)
            if name == "plain":
                expect("plain --no-recall", programs.recalled(name, [made], linking, "--no-recall"), False)
            if name == "uninstrumented":
                expect("uninstrumented --recall", programs.recalled(name, [made], linking, "--recall"), True)
        called = programs.compile("called", CALLED, "c", [])
        callee = programs.compile("callee", CALLEE, "c", [])
        nameless = callee.with_name("nameless.o")
        run("ld", "-r", "--discard-all", callee, "-o", nameless)
        expect("without a name", programs.recalled("without a name", [called, nameless], []), False)
        library = programs.library("table", CALLEE, "c")
        expect("table of a library", programs.recalled("table", [called, library], []), False)
        called = programs.compile("called by class", CALLED_BY_CLASS, "cpp", [])
        library = programs.library("class", CALLEE_OF_CLASS, "cpp")
        expect("class of a library", programs.recalled("class", [called, library], []), False)
        # The linker keeps the first of two copies of a function: the one that is not instrumented, or the other.
        with_hooks = programs.compile("with", INLINE.replace("NAME", "added"), "cpp", ["-O0"])
        without = programs.compile("without", INLINE.replace("NAME", "other"), "cpp", ["-O0", *PLAIN])
        kept = [without, with_hooks]
        expect("two copies, one without hooks", programs.recalled("copies", kept, []), False)
        if shutil.which("clang"):
            made = programs.folder / "clang.o"
            source = programs.folder / "clang.c"
            source.write_text(STORE, encoding="utf-8")
            run("clang", "-fsanitize=thread", "-c", source, "-o", made)
            expect("clang", programs.recalled("by clang", [made], []), False)
    if failures:
        sys.exit(f"not as it should be: {', '.join(failures)}")


main()
