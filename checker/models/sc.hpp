// Sequential consistency (Lamport 1979): po ∪ rf ∪ mo ∪ fr is acyclic.
#pragma once

#include "checker/models/model.hpp"

namespace heddle::models {

class SequentialConsistency final : public Model {
 public:
  const char* name() const override { return "sc"; }
  bool consistent(const kernel::Graph& graph) override;
  bool concerns(const kernel::Graph&, kernel::Stamp) const override { return true; }
  bool affordable(const kernel::Graph&) const override { return false; }
  bool interleaving() const override { return true; }

 private:
  kernel::Vector<std::uint32_t> unread_;          // per store: reads of it not yet placed
  kernel::Vector<std::uint32_t> unread_initial_;  // per touched location, by position in touched()
  kernel::Vector<std::uint32_t> location_slot_;
  kernel::Vector<kernel::Stamp> next_;    // per event: its po-successor
  kernel::Vector<kernel::Stamp> cursor_;  // per thread: next event to place
  kernel::Vector<std::uint8_t> placed_;
};

}  // namespace heddle::models
