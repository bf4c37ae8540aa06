#include "checker/runtime/fuzz_channel.hpp"

#include <fcntl.h>
#include <linux/futex.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "checker/runtime/engine_memory.hpp"
#include "checker/runtime/raw_syscall.hpp"

namespace heddle::runtime {
namespace {

using format::FuzzPage;

// Looks before sleeping: a fuzzer needs some microseconds between two inputs.
constexpr int looks_max = 20'000;

class Channel final : public explore::InputSource {
 public:
  explicit Channel(FuzzPage& page) : page_(page) {}

  bool next(explore::FuzzInput& input) override {
    for (int look = 0; __atomic_load_n(&page_.request, __ATOMIC_ACQUIRE) == page_.answer; ++look) {
      if (__atomic_load_n(&page_.stop, __ATOMIC_ACQUIRE) != 0) return false;
      if (look >= looks_max) raw_syscall(SYS_futex, &page_.request, FUTEX_WAIT, page_.answer, 0, 0, 0);
    }
    page_.bug = 0;
    const std::size_t size = page_.size < FuzzPage::input_max ? page_.size : FuzzPage::input_max;
    const format::FuzzRegions at = format::fuzz_regions(page_.input, size);
    input = {{page_.input + at.scenario, at.scenario_bytes}, {page_.input + at.schedule, size - at.schedule}};
    scenario_ = input.scenario;
    return true;
  }
  void happened(std::uint64_t what) override {
    page_.counters[(what * 0x9fb21c651e98df25U) >> (64U - FuzzPage::counters_bits)] = 1;
  }
  void done() override {
    __atomic_store_n(&page_.answer, page_.request, __ATOMIC_SEQ_CST);
    raw_syscall(SYS_futex, &page_.answer, FUTEX_WAKE, 1);
  }
  void bug() { page_.bug = 1; }
  std::span<const std::uint8_t> scenario() const { return scenario_; }

 private:
  FuzzPage& page_;
  std::span<const std::uint8_t> scenario_;
};

Channel* channel = nullptr;
std::span<const std::uint8_t> replayed;

void* map_file(const char* path, int protection, int sharing, std::size_t& size) {
  const long fd = raw_syscall(SYS_openat, AT_FDCWD, path, protection == PROT_READ ? O_RDONLY : O_RDWR);
  if (fd < 0) return nullptr;
  struct stat status = {};
  long at = -1;
  if (raw_syscall(SYS_fstat, fd, &status) == 0 && status.st_size > 0) {
    size = static_cast<std::size_t>(status.st_size);
    at = raw_syscall(SYS_mmap, 0, size, protection, sharing, fd, 0);
  }
  raw_syscall(SYS_close, fd);
  return at > 0 ? reinterpret_cast<void*>(at) : nullptr;
}

}  // namespace

const char* open_fuzz_input(const explore::Options& options) {
  std::size_t size = 0;
  if (options.input[0] != '\0') {
    const auto* const bytes =
        static_cast<const std::uint8_t*>(map_file(options.input, PROT_READ, MAP_PRIVATE, size));
    if (bytes == nullptr) return "the input file cannot be read, or is empty";
    const format::FuzzRegions at = format::fuzz_regions(bytes, size);
    replayed = {bytes + at.scenario, at.scenario_bytes};
  }
  if (options.strategy != explore::Search::bytes || options.run != explore::Run::check) return nullptr;
  auto* const page = static_cast<FuzzPage*>(map_file(options.fuzz, PROT_READ | PROT_WRITE, MAP_SHARED, size));
  if (page == nullptr || size < sizeof(FuzzPage) || page->magic != FuzzPage::magic_value)
    return "the strategy bytes needs a fuzzer's page (heddle fuzz)";
  channel = &make_engine_object<Channel>(*page);
  return nullptr;
}

explore::InputSource* fuzz_source() { return channel; }

std::span<const std::uint8_t> fuzz_scenario() { return channel != nullptr ? channel->scenario() : replayed; }

void tell_fuzzer(std::uint64_t what) {
  if (channel != nullptr) channel->happened(what);
}

void tell_fuzzer_of_bug() {
  if (channel != nullptr) channel->bug();
}

}  // namespace heddle::runtime
