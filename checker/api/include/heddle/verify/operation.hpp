// The rows of the table: operations of an object, their arguments, and what is promised of them.
#pragma once

#include <heddle/history.h>

#include <array>
#include <cstddef>
#include <heddle/source_place.hpp>
#include <heddle/verify/domain.hpp>
#include <heddle/verify/result.hpp>
#include <heddle/verify/scenario.hpp>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

namespace heddle {
namespace detail {

struct Unspecified {};
template <class T>
inline constexpr bool is_given = !std::is_same_v<T, Unspecified>;

struct Constraints {
  unsigned at_most = OperationInfo::unlimited;
  std::string role;
  std::string after;
  std::string closes;
  Promise promise = Promise::none;
  unsigned steps_max = 0;
};

// Calls `f` with the arguments whose positions in `domains` are given.
template <class F, class... T>
decltype(auto) with_arguments(const std::tuple<Domain<T>...>& domains, const ScenarioCall& call, F&& f) {
  return [&]<std::size_t... I>(std::index_sequence<I...>)->decltype(auto) {
    return std::forward<F>(f)(std::get<I>(domains).at(call.arguments[I])...);
  }
  (std::index_sequence_for<T...>{});
}

}  // namespace detail

// What an operation is called, and where it is declared.
struct OperationName {
  template <class Text>
  requires std::is_convertible_v<Text, std::string> OperationName(
      const Text& as, SourcePlace declared = SourcePlace::current())
      : text(as), where(declared) {}
  std::string text;
  SourcePlace where;
};

// Made by heddle::operation. Each function says one thing more about the operation.
template <class Do, class Say, class Wait, class Allow, class Part, class... T>
class Operation {
 public:
  Operation(OperationName named, Do on_object, Say on_specification, std::tuple<Domain<T>...> arguments)
      : Operation(std::move(named), std::move(on_object), std::move(on_specification), {}, {}, {},
                  std::move(arguments), {}) {}
  Operation(OperationName named, Do on_object, Say on_specification, Wait wait_until, Allow allow_result,
            Part part_of, std::tuple<Domain<T>...> arguments, detail::Constraints limits)
      : name(std::move(named)),
        run(std::move(on_object)),
        say(std::move(on_specification)),
        wait(std::move(wait_until)),
        allow(std::move(allow_result)),
        part(std::move(part_of)),
        domains(std::move(arguments)),
        constraints(std::move(limits)) {}

  // It returns only in states where condition(specification, arguments…) holds; in others it waits, for ever
  // if need be. Without this an operation must always return.
  template <class Condition>
  auto waits_until(Condition condition) && {
    return Operation<Do, Say, Condition, Allow, Part, T...>(
        std::move(name), std::move(run), std::move(say), std::move(condition), std::move(allow),
        std::move(part), std::move(domains), std::move(constraints));
  }
  // Several results are right: predicate(specification, result, arguments…) says whether this one is, and
  // changes the specification as the operation does. It is called instead of the specification's own
  // function.
  template <class Predicate>
  auto allows(Predicate predicate) && {
    return Operation<Do, Say, Wait, Predicate, Part, T...>(
        std::move(name), std::move(run), std::move(say), std::move(wait), std::move(predicate),
        std::move(part), std::move(domains), std::move(constraints));
  }
  // It concerns the part key(arguments…) of the object, an integer, and no other; parts are checked one by
  // one, each from an initial specification. Used if every operation says so.
  template <class Key>
  auto on_part(Key key) && {
    return Operation<Do, Say, Wait, Allow, Key, T...>(std::move(name), std::move(run), std::move(say),
                                                      std::move(wait), std::move(allow), std::move(key),
                                                      std::move(domains), std::move(constraints));
  }

  // At most so many calls in a scenario.
  Operation&& at_most(unsigned calls) && {
    constraints.at_most = calls;
    return std::move(*this);
  }
  Operation&& once() && { return std::move(*this).at_most(1); }
  // All calls of operations with this role come from one thread: a single consumer. The first and last parts
  // of a scenario, where nothing else runs, are free.
  Operation&& by_one_thread(std::string in_role) && {
    constraints.role = std::move(in_role);
    return std::move(*this);
  }
  // Only after a call of `operation` by the same thread, or in the first part of the scenario.
  Operation&& after(std::string operation) && {
    constraints.after = std::move(operation);
    return std::move(*this);
  }
  // Each call undoes one earlier call of `operation` by the same thread: unlock closes lock. A thread's part
  // of a scenario undoes all it did.
  Operation&& closes(std::string operation) && {
    constraints.closes = std::move(operation);
    return std::move(*this);
  }

  // It finishes if it runs alone, wherever the others stopped.
  Operation&& obstruction_free() && { return std::move(*this).promises(detail::Promise::obstruction_free); }
  // Some running operation finishes, wherever others stopped.
  Operation&& lock_free() && { return std::move(*this).promises(detail::Promise::lock_free); }
  // It finishes within so many steps of its own, whatever others do. A load, a store, a lock are a step each,
  // a read-modify-write is two.
  Operation&& wait_free(unsigned steps) && {
    constraints.steps_max = steps;
    return std::move(*this).promises(detail::Promise::wait_free);
  }

  OperationName name;
  Do run;
  Say say;
  Wait wait;
  Allow allow;
  Part part;
  std::tuple<Domain<T>...> domains;
  detail::Constraints constraints;

 private:
  Operation&& promises(detail::Promise promise) && {
    constraints.promise = promise;
    return std::move(*this);
  }
};

// run(object, arguments…) is called on the object and on its specification: a generic lambda when both have
// the same method.
template <class Run, class... T>
auto operation(OperationName name, Run run, Domain<T>... arguments) {
  using detail::Unspecified;
  return Operation<Run, Run, Unspecified, Unspecified, Unspecified, T...>(
      std::move(name), run, run, std::tuple<Domain<T>...>(std::move(arguments)...));
}
// run(object, arguments…) is called on the object, say(specification, arguments…) on the specification.
template <class Run, class Say, class... T>
requires(!detail::is_domain<Say>) auto operation(OperationName name, Run run, Say say,
                                                 Domain<T>... arguments) {
  using detail::Unspecified;
  return Operation<Run, Say, Unspecified, Unspecified, Unspecified, T...>(
      std::move(name), std::move(run), std::move(say), std::tuple<Domain<T>...>(std::move(arguments)...));
}

namespace detail {

// An operation of one pair of object and specification, with its types forgotten.
template <class Object, class Specification>
class Action : public OperationInfo {
 public:
  virtual ResultPointer run(Object& object, const ScenarioCall& call) const = 0;
  // Is `seen` (null: it did not return) right in this state? Moves the state on if so. `told` (null: nobody
  // asks) becomes what the specification says, in words.
  virtual heddle_step apply(Specification& state, const ScenarioCall& call, const Result* seen,
                            std::string* told) const = 0;
  // What the specification gives; null if it waits, or allows several results.
  virtual ResultPointer dictate(Specification& state, const ScenarioCall& call) const = 0;
  virtual bool may_block() const = 0;
  virtual bool has_part() const = 0;
  virtual unsigned long long part(const ScenarioCall& call) const = 0;
};

template <class Object, class Specification, class Do, class Say, class Wait, class Allow, class Part,
          class... T>
class TypedAction final : public Action<Object, Specification> {
 public:
  using Row = Operation<Do, Say, Wait, Allow, Part, T...>;

  static_assert(sizeof...(T) <= arguments_max,
                "heddle::operation: more arguments than heddle::arguments_max");
  static_assert(
      std::is_invocable_v<const Do&, Object&, T...>,
      "heddle::operation: the function cannot be called with a reference to the object and values of the "
      "argument domains");
  static constexpr bool asks_specification = !is_given<Allow>;
  static_assert(
      !asks_specification || std::is_invocable_v<const Say&, Specification&, T...>,
      "heddle::operation: the function cannot be called with a reference to the specification and values of "
      "the argument domains");
  static_assert(
      !is_given<Wait> || std::is_invocable_r_v<bool, const Wait&, const Specification&, T...>,
      "waits_until: the condition must take the specification, const, and the arguments, and give a bool");

  template <class F, class On>
  struct ResultType {
    using type = void;
  };
  template <class F, class On>
  requires std::is_invocable_v<const F&, On&, T...>
  struct ResultType<F, On> {
    using type = std::decay_t<std::invoke_result_t<const F&, On&, T...>>;
  };
  using Seen = typename ResultType<Do, Object>::type;
  using Told = typename ResultType<Say, Specification>::type;

  static constexpr bool comparable() {
    if constexpr (std::is_void_v<Seen> || std::is_void_v<Told>) {
      return std::is_void_v<Seen> == std::is_void_v<Told>;
    } else {
      return requires(const Seen& seen, const Told& told) {
        { seen == told } -> std::convertible_to<bool>;
      };
    }
  }
  static_assert(
      !asks_specification || comparable(),
      "heddle::operation: the results of the object and of its specification cannot be compared with ==; "
      "give them one type, or say with allows(…) which results are right");

  explicit TypedAction(Row row) : row_(std::move(row)) {
    this->name = row_.name.text;
    this->at_most = row_.constraints.at_most;
    this->role = row_.constraints.role;
    this->after = row_.constraints.after;
    this->closes = row_.constraints.closes;
    this->silent = std::is_void_v<Seen> && !is_given<Wait>;
    this->promise = row_.constraints.promise;
    this->steps_max = row_.constraints.steps_max;
  }

  unsigned arity() const override { return sizeof...(T); }
  unsigned choices(unsigned argument) const override {
    std::array<unsigned, sizeof...(T) + 1> sizes{};
    std::apply(
        [&sizes](const Domain<T>&... domains) {
          std::size_t at = 0;
          ((sizes[at++] = domains.is_fresh() ? 0 : static_cast<unsigned>(domains.size())), ...);
          (void)at;
        },
        row_.domains);
    return sizes[argument];
  }
  std::string argument_text(unsigned argument, unsigned index) const override {
    std::string text;
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      ((I == argument ? void(text = text_of(std::get<I>(row_.domains).at(index))) : void()), ...);
    }
    (std::index_sequence_for<T...>{});
    return text;
  }

  ResultPointer run(Object& object, const ScenarioCall& call) const override {
    return result_of([&]() -> decltype(auto) {
      return with_arguments(row_.domains, call, [&](auto&&... arguments) -> decltype(auto) {
        return row_.run(object, arguments...);
      });
    });
  }

  heddle_step apply(Specification& state, const ScenarioCall& call, const Result* seen,
                    std::string* told) const override {
    if (waits(state, call)) {
      if (told != nullptr) *told = "waits";
      return heddle_step_blocked;
    }
    if constexpr (is_given<Allow>) {
      if (told != nullptr) *told = "does not allow this";
      return seen != nullptr && is_allowed(state, call, *seen) ? heddle_step_legal : heddle_step_illegal;
    } else {
      const ResultPointer dictated = say(state, call);
      if (told != nullptr) *told = dictated->text().empty() ? "returns" : dictated->text();
      return seen == nullptr || same_result<Seen, Told>(*seen, *dictated) ? heddle_step_legal
                                                                          : heddle_step_illegal;
    }
  }

  ResultPointer dictate(Specification& state, const ScenarioCall& call) const override {
    if constexpr (is_given<Allow>) {
      return nullptr;
    } else {
      return waits(state, call) ? nullptr : say(state, call);
    }
  }

  bool may_block() const override { return is_given<Wait>; }
  bool has_part() const override { return is_given<Part>; }
  unsigned long long part(const ScenarioCall& call) const override {
    if constexpr (is_given<Part>) {
      return static_cast<unsigned long long>(
          with_arguments(row_.domains, call, [&](auto&&... arguments) { return row_.part(arguments...); }));
    } else {
      (void)call;
      return 0;
    }
  }

 private:
  bool waits(const Specification& state, const ScenarioCall& call) const {
    if constexpr (is_given<Wait>) {
      return !with_arguments(row_.domains, call,
                             [&](auto&&... arguments) -> bool { return row_.wait(state, arguments...); });
    } else {
      (void)state;
      (void)call;
      return false;
    }
  }

  ResultPointer say(Specification& state, const ScenarioCall& call) const {
    return result_of([&]() -> decltype(auto) {
      return with_arguments(row_.domains, call, [&](auto&&... arguments) -> decltype(auto) {
        return row_.say(state, arguments...);
      });
    });
  }

  bool is_allowed(Specification& state, const ScenarioCall& call, const Result& seen) const {
    if (seen.kind() == Result::Kind::exception) return false;
    return with_arguments(row_.domains, call, [&](auto&&... arguments) -> bool {
      if constexpr (std::is_void_v<Seen>) {
        return row_.allow(state, arguments...);
      } else {
        return row_.allow(state, static_cast<const Value<Seen>&>(seen).value, arguments...);
      }
    });
  }

  Row row_;
};

}  // namespace detail
}  // namespace heddle
