#include "stress/runner/histogram.hpp"

#include <cstdlib>
#include <cstring>

namespace heddle::stress {
namespace {

constexpr std::size_t places = 2 * Histogram::rows_max;  // a power of two

std::uint64_t hash_of(const char* text) {  // FNV-1a
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (; *text != '\0'; ++text) hash = (hash ^ static_cast<unsigned char>(*text)) * 0x100000001b3U;
  return hash;
}

}  // namespace

Histogram::Histogram() : rows_(static_cast<Row*>(std::calloc(places, sizeof(Row)))) {
  if (rows_ == nullptr) std::abort();
}

Histogram::~Histogram() {
  for (std::size_t i = 0; i < places; ++i) std::free(rows_[i].text);
  std::free(rows_);
}

Histogram::Row* Histogram::find(const char* text) {
  const std::uint64_t hash = hash_of(text);
  std::size_t i = hash % places;
  for (; rows_[i].text != nullptr; i = (i + 1) % places) {
    if (rows_[i].hash == hash && std::strcmp(rows_[i].text, text) == 0) return &rows_[i];
  }
  if (used_ + 1 >= rows_max && std::strcmp(text, "(others)") != 0) return find("(others)");
  ++used_;
  rows_[i].text = strdup(text);
  rows_[i].hash = hash;
  return &rows_[i];
}

void Histogram::add(const char* text) { ++find(text)->count; }

void Histogram::visit_new(void (*visit)(const char*, std::uint64_t, void*), void* context) {
  for (std::size_t i = 0; i < places; ++i) {
    Row& row = rows_[i];
    if (row.text == nullptr || row.count == row.told) continue;
    visit(row.text, row.count - row.told, context);
    row.told = row.count;
  }
}

void Histogram::visit_all(void (*visit)(const char*, std::uint64_t, void*), void* context) const {
  for (std::size_t i = 0; i < places; ++i) {
    if (rows_[i].text != nullptr) visit(rows_[i].text, rows_[i].count, context);
  }
}

}  // namespace heddle::stress
