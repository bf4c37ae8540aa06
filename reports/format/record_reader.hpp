// Reads the records of docs/run-protocol.md. Tolerant: unknown members and record types are skipped, wrong
// types read as missing, and a line that is no JSON becomes an entry of RunRecords::problems. Never throws on
// any input.
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "reports/format/run.hpp"

namespace heddle::format {

class RecordReader {
 public:
  // Takes the next bytes of the file; every line they complete is added to `into`.
  void feed(std::string_view bytes, RunRecords& into);
  // The file has ended. A last line without newline counts if it is whole, and is reported as cut off if not.
  // A provisional finding counts if the process came to nothing more.
  void finish(RunRecords& into);

 private:
  void line(std::string_view text, bool last, RunRecords& into);
  void keep_provisional(const std::string& type, const nlohmann::json& record);

  struct Provisional {
    std::string print;
    Finding finding;
  };
  std::vector<Provisional> provisional_;  // nothing has been heard of them since
  std::string pending_;
  static constexpr std::size_t skipped_named = 5;  // of those that are no records
  std::size_t lines_ = 0;
  std::size_t skipped_ = 0;
};

// Reads a whole file. False: it could not be read, and `error` says why.
bool read_records(const std::string& path, RunRecords& into, std::string& error);

}  // namespace heddle::format
