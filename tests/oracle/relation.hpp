// Sets of events and binary relations between events, with the algebra that axiomatic memory models are
// written in. Events are numbered 0 .. size-1; a relation is a bit matrix, so every operator is a few loops
// over machine words.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <stdexcept>

namespace heddle::oracle {

// The most events, initial stores included, one execution may have.
inline constexpr std::size_t max_events = 64;

class EventSet {
 public:
  constexpr EventSet() = default;
  static constexpr EventSet single(std::size_t event) { return EventSet(std::uint64_t{1} << event); }

  constexpr bool contains(std::size_t event) const { return ((bits_ >> event) & 1U) != 0; }
  constexpr bool empty() const { return bits_ == 0; }
  constexpr std::size_t size() const { return static_cast<std::size_t>(std::popcount(bits_)); }
  constexpr void insert(std::size_t event) { bits_ |= std::uint64_t{1} << event; }

  friend constexpr EventSet operator|(EventSet a, EventSet b) { return EventSet(a.bits_ | b.bits_); }
  friend constexpr EventSet operator&(EventSet a, EventSet b) { return EventSet(a.bits_ & b.bits_); }
  friend constexpr EventSet operator-(EventSet a, EventSet b) { return EventSet(a.bits_ & ~b.bits_); }
  friend constexpr bool operator==(EventSet a, EventSet b) = default;

  // Calls visit(event) for every member, in ascending order.
  template <class Visit>
  constexpr void for_each(Visit visit) const {
    for (std::uint64_t rest = bits_; rest != 0; rest &= rest - 1) {
      visit(static_cast<std::size_t>(std::countr_zero(rest)));
    }
  }

 private:
  explicit constexpr EventSet(std::uint64_t bits) : bits_(bits) {}
  std::uint64_t bits_ = 0;
};

class Relation {
 public:
  // The empty relation on `size` events.
  explicit Relation(std::size_t size) : size_(size) {
    if (size > max_events) throw std::length_error("an execution has too many events for the oracle");
  }

  std::size_t size() const { return size_; }
  void add(std::size_t from, std::size_t to) { rows_[from].insert(to); }
  bool contains(std::size_t from, std::size_t to) const { return rows_[from].contains(to); }
  // Everything that `from` is related to.
  EventSet successors(std::size_t from) const { return rows_[from]; }

  bool empty() const {
    for (std::size_t i = 0; i < size_; ++i) {
      if (!rows_[i].empty()) return false;
    }
    return true;
  }

  bool irreflexive() const {
    for (std::size_t i = 0; i < size_; ++i) {
      if (rows_[i].contains(i)) return false;
    }
    return true;
  }

  friend Relation operator|(Relation a, const Relation& b) {
    for (std::size_t i = 0; i < a.size_; ++i) a.rows_[i] = a.rows_[i] | b.rows_[i];
    return a;
  }
  friend Relation operator&(Relation a, const Relation& b) {
    for (std::size_t i = 0; i < a.size_; ++i) a.rows_[i] = a.rows_[i] & b.rows_[i];
    return a;
  }
  friend Relation operator-(Relation a, const Relation& b) {
    for (std::size_t i = 0; i < a.size_; ++i) a.rows_[i] = a.rows_[i] - b.rows_[i];
    return a;
  }
  friend bool operator==(const Relation& a, const Relation& b) = default;

  // r ; s: a is related to c when some b has (a, b) in r and (b, c) in s.
  friend Relation sequence(const Relation& r, const Relation& s) {
    Relation result(r.size_);
    for (std::size_t i = 0; i < r.size_; ++i) {
      r.rows_[i].for_each([&](std::size_t middle) { result.rows_[i] = result.rows_[i] | s.rows_[middle]; });
    }
    return result;
  }

  // [S]: the identity on the members of a set; composing with it restricts a relation's domain or range.
  static Relation identity(EventSet set, std::size_t size) {
    Relation result(size);
    set.for_each([&](std::size_t event) { result.add(event, event); });
    return result;
  }

  // r?: r or nothing.
  friend Relation optional(Relation r) {
    for (std::size_t i = 0; i < r.size_; ++i) r.add(i, i);
    return r;
  }

  // r+ by Warshall's algorithm.
  friend Relation closure(Relation r) {
    for (std::size_t middle = 0; middle < r.size_; ++middle) {
      for (std::size_t i = 0; i < r.size_; ++i) {
        if (r.rows_[i].contains(middle)) r.rows_[i] = r.rows_[i] | r.rows_[middle];
      }
    }
    return r;
  }

  // r*.
  friend Relation reflexive_closure(const Relation& r) { return optional(closure(r)); }

  // The relation read backwards.
  friend Relation inverse(const Relation& r) {
    Relation result(r.size_);
    for (std::size_t i = 0; i < r.size_; ++i) {
      r.rows_[i].for_each([&](std::size_t to) { result.add(to, i); });
    }
    return result;
  }

  friend bool acyclic(const Relation& r) { return closure(r).irreflexive(); }

 private:
  std::size_t size_;
  std::array<EventSet, max_events> rows_{};
};

// r ; s ; t ; ...
template <class... Rest>
Relation sequence(const Relation& first, const Relation& second, const Relation& third, const Rest&... rest) {
  return sequence(sequence(first, second), third, rest...);
}

}  // namespace heddle::oracle
