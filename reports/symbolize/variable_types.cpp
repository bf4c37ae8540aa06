#include "reports/symbolize/variable_types.hpp"

#ifdef HEDDLE_WITH_LIBDW

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <vector>

namespace heddle::report {
namespace {

constexpr int nesting_max = 32;  // of scopes and of types: debug information may be damaged

struct Variable {
  std::uint64_t start = 0;
  std::uint64_t size = 0;
  Dwarf_Die die{};
};

std::optional<Dwarf_Die> die_at(Dwarf_Die& of, unsigned attribute) {
  Dwarf_Attribute found{};
  Dwarf_Die die{};
  if (dwarf_attr_integrate(&of, attribute, &found) == nullptr || dwarf_formref_die(&found, &die) == nullptr)
    return std::nullopt;
  return die;
}

std::optional<Dwarf_Die> type_of(Dwarf_Die& die) { return die_at(die, DW_AT_type); }

std::string name_of(Dwarf_Die& die) {
  const char* const name = dwarf_diename(&die);
  return name == nullptr ? "" : name;
}

bool is_qualifier(int tag) { return tag == DW_TAG_const_type || tag == DW_TAG_volatile_type; }

bool is_class(int tag) {
  return tag == DW_TAG_structure_type || tag == DW_TAG_class_type || tag == DW_TAG_union_type;
}

// Of the namespaces and classes around it. Inline namespaces of libraries are no part of a name people use.
std::string scope_of(Dwarf_Die& die) {
  Dwarf_Die* scopes = nullptr;
  const int count = dwarf_getscopes_die(&die, &scopes);
  std::string text;
  for (int i = count - 1; i > 0; --i) {
    const int tag = dwarf_tag(&scopes[i]);
    const std::string name = name_of(scopes[i]);
    if (name.empty() || (tag != DW_TAG_namespace && !is_class(tag))) continue;
    if (dwarf_hasattr(&scopes[i], DW_AT_export_symbols) == 0) text += name + "::";
  }
  std::free(scopes);
  return text;
}

std::optional<std::uint64_t> size_of(Dwarf_Die& die) {
  Dwarf_Word size = 0;
  if (dwarf_aggregate_size(&die, &size) != 0) return std::nullopt;
  return size;
}

std::string type_name(Dwarf_Die die, int depth = 0) {
  if (depth > nesting_max) return "";
  const int tag = dwarf_tag(&die);
  std::string name = name_of(die);
  if (!name.empty()) return (tag == DW_TAG_base_type ? "" : scope_of(die)) + name;
  const auto inner = type_of(die);
  const std::string of = inner ? type_name(*inner, depth + 1) : "void";
  switch (tag) {
    case DW_TAG_const_type:
      return "const " + of;
    case DW_TAG_volatile_type:
      return "volatile " + of;
    case DW_TAG_atomic_type:
      return "_Atomic " + of;
    case DW_TAG_pointer_type:
      return of + "*";
    case DW_TAG_reference_type:
      return of + "&";
    case DW_TAG_array_type:
      return of + "[]";
    case DW_TAG_subroutine_type:
      return "function";
    default:
      return "";
  }
}

std::string in_folder_of_compilation(Dwarf_Die& die, const std::string& file) {
  Dwarf_Die unit{};
  Dwarf_Attribute folder{};
  if (file.starts_with('/') || dwarf_diecu(&die, &unit, nullptr, nullptr) == nullptr ||
      dwarf_attr(&unit, DW_AT_comp_dir, &folder) == nullptr) {
    return file;
  }
  const char* const name = dwarf_formstring(&folder);
  return name == nullptr ? file : std::string(name) + "/" + file;
}

struct Part {
  Dwarf_Die type{};
  std::uint64_t offset = 0;  // left within it
};

// The member or base that contains the offset.
std::optional<Part> member_at(Dwarf_Die& of, std::uint64_t offset) {
  Dwarf_Die child{};
  if (dwarf_child(&of, &child) != 0) return std::nullopt;
  do {
    const int tag = dwarf_tag(&child);
    if (tag != DW_TAG_member && tag != DW_TAG_inheritance) continue;
    auto type = type_of(child);
    const auto size = type ? size_of(*type) : std::nullopt;
    Dwarf_Attribute place{};
    Dwarf_Word start = 0;
    if (dwarf_attr(&child, DW_AT_data_member_location, &place) != nullptr) {
      if (dwarf_formudata(&place, &start) != 0) continue;
    } else if (dwarf_tag(&of) != DW_TAG_union_type) {
      continue;  // a static member
    }
    if (size && offset >= start && offset - start < *size) return Part{*type, offset - start};
  } while (dwarf_siblingof(&child, &child) == 0);
  return std::nullopt;
}

// One step into what a type is made of.
std::optional<Part> inside(Part part) {
  const int tag = dwarf_tag(&part.type);
  if (is_class(tag)) return member_at(part.type, part.offset);
  auto type = type_of(part.type);
  if (!type) return std::nullopt;
  if (tag == DW_TAG_array_type) {
    const auto size = size_of(*type);
    if (!size || *size == 0) return std::nullopt;
    return Part{*type, part.offset % *size};
  }
  if (is_qualifier(tag) || tag == DW_TAG_typedef) return Part{*type, part.offset};
  return std::nullopt;
}

// Whether a reader knows the type without seeing the program: not a class of the program's own, which may
// consist of the object alone, and not another name for a type that has one.
bool says_what_it_is(Dwarf_Die& type) {
  const int tag = dwarf_tag(&type);
  if (is_class(tag)) return type_name(type).starts_with("std::");
  if (is_qualifier(tag)) return false;
  if (tag != DW_TAG_typedef) return true;
  auto named = type_of(type);
  return named && (!is_class(dwarf_tag(&*named)) || name_of(*named).empty());
}

}  // namespace

class VariableTypes::Module {
 public:
  explicit Module(const std::string& path) {
    std::error_code failed;
    if (!std::filesystem::is_regular_file(path, failed)) return;
    file_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file_ < 0) return;
    dwarf_ = dwarf_begin(file_, DWARF_C_READ);
    if (dwarf_ == nullptr) return;
    Dwarf_CU* unit = nullptr;
    Dwarf_Die root{};
    while (dwarf_get_units(dwarf_, unit, &unit, nullptr, nullptr, &root, nullptr) == 0) collect(root, 0);
    std::ranges::sort(variables_, {}, &Variable::start);
  }
  ~Module() {
    dwarf_end(dwarf_);
    if (file_ >= 0) ::close(file_);
  }
  Module(const Module&) = delete;
  Module& operator=(const Module&) = delete;

  std::optional<Declared> at(std::uint64_t address, std::uint64_t size) {
    auto after = std::ranges::upper_bound(variables_, address, {}, &Variable::start);
    if (after == variables_.begin()) return std::nullopt;
    Variable& variable = *std::prev(after);
    if (address - variable.start >= variable.size) return std::nullopt;
    Declared result;
    result.type = type_at(variable, address - variable.start, size);
    if (result.type.empty()) return std::nullopt;
    if (const char* const file = dwarf_decl_file(&variable.die)) {
      result.file = in_folder_of_compilation(variable.die, file);
      dwarf_decl_line(&variable.die, &result.line);
    }
    return result;
  }

 private:
  void collect(Dwarf_Die& parent, int depth) {
    Dwarf_Die child{};
    if (depth > nesting_max || dwarf_child(&parent, &child) != 0) return;
    do {
      switch (dwarf_tag(&child)) {
        case DW_TAG_variable:
          add(child);
          break;
        case DW_TAG_namespace:
        case DW_TAG_subprogram:  // variables of functions that are static
        case DW_TAG_lexical_block:
          collect(child, depth + 1);
          break;
        default:
          break;
      }
    } while (dwarf_siblingof(&child, &child) == 0);
  }

  void add(Dwarf_Die& die) {
    Dwarf_Attribute location{};
    Dwarf_Op* operations = nullptr;
    std::size_t count = 0;
    if (dwarf_attr(&die, DW_AT_location, &location) == nullptr ||
        dwarf_getlocation(&location, &operations, &count) != 0 || count != 1 ||
        operations[0].atom != DW_OP_addr) {
      return;
    }
    auto type = type_of(die);
    if (const auto size = type ? size_of(*type) : std::nullopt)
      variables_.push_back({operations[0].number, *size, die});
  }

  static std::string type_at(Variable& variable, std::uint64_t offset, std::uint64_t size) {
    auto type = type_of(variable.die);
    if (!type) return "";
    std::optional<Part> part = Part{*type, offset};
    std::optional<Part> begins_here;
    bool found = false;
    for (int depth = 0; part && depth < nesting_max; ++depth, part = inside(*part)) {
      if (part->offset != 0) continue;
      const bool fits = size_of(part->type) == size;
      if (fits && says_what_it_is(part->type)) return type_name(part->type);
      if (fits || !found) begins_here = part;
      found = found || fits;
    }
    return begins_here ? type_name(begins_here->type) : "";
  }

  int file_ = -1;
  Dwarf* dwarf_ = nullptr;
  std::vector<Variable> variables_;  // by address
};

VariableTypes::VariableTypes() = default;
VariableTypes::~VariableTypes() = default;

std::optional<Declared> VariableTypes::at(const std::string& module, std::uint64_t address,
                                          std::uint64_t size) {
  auto& slot = modules_[module];
  if (!slot) slot = std::make_unique<Module>(module);
  return slot->at(address, size);
}

}  // namespace heddle::report

#else

namespace heddle::report {

class VariableTypes::Module {};
VariableTypes::VariableTypes() = default;
VariableTypes::~VariableTypes() = default;

std::optional<Declared> VariableTypes::at(const std::string&, std::uint64_t, std::uint64_t) {
  return std::nullopt;
}

}  // namespace heddle::report

#endif
