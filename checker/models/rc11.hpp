// RC11 with C++20's release sequences and SC fences.
//
// Source: Lahav, Vafeiadis, Kang, Hur, Dreyer, "Repairing Sequential Consistency in C/C++11", PLDI 2017,
// definition of psc; P0668 (C++20). What the kernel does not already guarantee is one axiom: psc is acyclic,
// where
//   scb      = po ∪ po≠loc ; hb ; po≠loc ∪ hb|loc ∪ mo ∪ fr
//   psc_base = ([SC] ∪ [Fsc] ; hb?) ; scb ; ([SC] ∪ hb? ; [Fsc])
//   psc_F    = [Fsc] ; (hb ∪ hb ; eco ; hb) ; [Fsc]
#pragma once

#include "checker/models/model.hpp"

namespace heddle::models {

class Rc11 final : public Model {
 public:
  const char* name() const override { return "rc11"; }
  bool consistent(const kernel::Graph& graph) override;
  // psc has edges only between SC events, and through other events only from and to SC fences.
  bool concerns(const kernel::Graph& graph, kernel::Stamp first) const override;
  bool affordable(const kernel::Graph& graph) const override;
  bool interleaving() const override { return false; }

 private:
  struct Node {
    kernel::Stamp stamp;
    kernel::Stamp other_after;   // first po-later event on another location (or a fence), no_stamp if none
    kernel::Stamp other_before;  // last po-earlier one
  };
  void collect(const kernel::Graph& g);
  bool edge(const kernel::Graph& g, const Node& a, const Node& b) const;
  bool access_to_access(const kernel::Graph& g, const Node& a, const Node& b) const;
  bool fence_to_access(const kernel::Graph& g, const kernel::Event& fence, const kernel::Event& b) const;
  bool access_to_fence(const kernel::Graph& g, const kernel::Event& a, const kernel::Event& fence) const;
  bool fence_to_fence(const kernel::Graph& g, const kernel::Event& a, const kernel::Event& b) const;

  kernel::Vector<Node> nodes_;
  kernel::Vector<std::uint64_t> rows_;  // successors of each node, one bit a node
  kernel::Vector<std::uint32_t> incoming_;
  kernel::Vector<std::uint32_t> ready_;
};

}  // namespace heddle::models
