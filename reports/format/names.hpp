// How things are called in text for people: functions, threads, places.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "reports/format/finding.hpp"

namespace heddle::format {

// A demangled name without template arguments, parameters, return type and clone suffixes:
// "void Queue<int>::push(int const&) [clone .isra.0]" is "Queue::push"; lambdas are "main::lambda".
std::string short_function(std::string_view demangled);

std::string base_name(std::string_view path);

// "queue.cpp:12", or "push in prog+0x1234" without debug information, or "" for a null frame and for one of a
// library, whose line would tell the user nothing.
std::string place(const Frame* frame);

// "main", "T1"; `thread_title` adds the program's own name: "T1 writer".
std::string thread_name(const Finding& finding, int thread);
std::string thread_title(const Finding& finding, int thread);

// The object's name, or a description by `address` if it is none of the finding's objects.
std::string object_name(const Finding& finding, std::optional<int> object, std::string_view address = {});

// A wait for a thread's end: its holder is that thread.
bool is_join(const Blocked& blocked);

// "waits for m", "spins on flag", "waits for T1 to end", "waits in futex_wait()".
std::string waiting_for(const Finding& finding, const Blocked& blocked);

}  // namespace heddle::format
