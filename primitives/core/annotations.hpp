// Clang's thread-safety analysis (-Wthread-safety); nothing elsewhere.
// https://clang.llvm.org/docs/ThreadSafetyAnalysis.html
#pragma once

#if defined(__clang__)
#define HEDDLE_ANNOTATION(x) __attribute__((x))
#else
#define HEDDLE_ANNOTATION(x)
#endif

#define HEDDLE_CAPABILITY(name) HEDDLE_ANNOTATION(capability(name))
#define HEDDLE_SCOPED_CAPABILITY HEDDLE_ANNOTATION(scoped_lockable)
#define HEDDLE_GUARDED_BY(lock) HEDDLE_ANNOTATION(guarded_by(lock))
#define HEDDLE_ACQUIRE(...) HEDDLE_ANNOTATION(acquire_capability(__VA_ARGS__))
#define HEDDLE_ACQUIRE_SHARED(...) HEDDLE_ANNOTATION(acquire_shared_capability(__VA_ARGS__))
#define HEDDLE_TRY_ACQUIRE(...) HEDDLE_ANNOTATION(try_acquire_capability(__VA_ARGS__))
#define HEDDLE_TRY_ACQUIRE_SHARED(...) HEDDLE_ANNOTATION(try_acquire_shared_capability(__VA_ARGS__))
#define HEDDLE_RELEASE(...) HEDDLE_ANNOTATION(release_capability(__VA_ARGS__))
#define HEDDLE_RELEASE_SHARED(...) HEDDLE_ANNOTATION(release_shared_capability(__VA_ARGS__))
#define HEDDLE_REQUIRES(...) HEDDLE_ANNOTATION(requires_capability(__VA_ARGS__))
#define HEDDLE_NO_ANALYSIS HEDDLE_ANNOTATION(no_thread_safety_analysis)
