#include "checker/runtime/fiber.hpp"

#include <asm/prctl.h>
#include <sys/auxv.h>
#include <sys/syscall.h>

#include "checker/runtime/raw_syscall.hpp"

namespace heddle::runtime {
namespace {

// AT_HWCAP2 bit 1: the kernel allows rdfsbase and wrfsbase in user space
// (Documentation/arch/x86/x86_64/fsgs.rst).
constexpr unsigned long hwcap2_fsgsbase = 1UL << 1;

}  // namespace

namespace detail {
bool fs_base_instructions = false;
}

void detect_fs_base_instructions() {
  detail::fs_base_instructions = (getauxval(AT_HWCAP2) & hwcap2_fsgsbase) != 0;
}

std::uintptr_t fs_base() {
  std::uintptr_t base = 0;
  raw_syscall(SYS_arch_prctl, ARCH_GET_FS, &base);
  return base;
}

void detail::set_fs_base_slowly(std::uintptr_t base) { raw_syscall(SYS_arch_prctl, ARCH_SET_FS, base); }

}  // namespace heddle::runtime
