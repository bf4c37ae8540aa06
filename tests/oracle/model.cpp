#include "tests/oracle/model.hpp"

#include "tests/oracle/rc11.hpp"
#include "tests/oracle/sc.hpp"
#include "tests/oracle/tso.hpp"

namespace heddle::oracle {

std::optional<Model> find_model(std::string_view name) {
  if (name == "rc11") return rc11();
  if (name == "sc") return sequential_consistency();
  if (name == "tso") return tso();
  return std::nullopt;
}

}  // namespace heddle::oracle
