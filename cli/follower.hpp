// Reads a process's record file while it grows.
#pragma once

#include <string>

#include "reports/format/record_reader.hpp"
#include "reports/format/run.hpp"

namespace heddle::cli {

class Follower {
 public:
  explicit Follower(std::string path) : path_(std::move(path)) {}
  ~Follower();
  Follower(const Follower&) = delete;
  Follower& operator=(const Follower&) = delete;

  void poll();    // takes what was added
  void finish();  // takes the rest; a cut-off last record is noted

  const format::RunRecords& records() const { return records_; }
  format::RunRecords take() { return std::move(records_); }

 private:
  std::string path_;
  int file_ = -1;
  format::RecordReader reader_;
  format::RunRecords records_;
};

}  // namespace heddle::cli
