#include "checker/frontend/result_use.hpp"

#include <cstddef>

extern "C" void __tsan_func_exit();

namespace heddle::frontend {
namespace {

// What an instruction does with rax, of all sizes.
enum class Effect : std::uint8_t { none, overwrites, reads };

// The instructions ahead. Only what belongs to an instruction is read, so that nothing is read that is not
// code.
class Code {
 public:
  explicit Code(const std::uint8_t* at) : at_(at) {}
  std::uint8_t byte() { return *at_++; }
  std::int32_t number() {
    std::uint32_t value = 0;
    for (unsigned i = 0; i < 4; ++i) value |= std::uint32_t{byte()} << (8 * i);
    return static_cast<std::int32_t>(value);
  }
  void skip(unsigned bytes) { at_ += bytes; }
  const std::uint8_t* at() const { return at_; }

 private:
  const std::uint8_t* at_;
};

// The operands that follow an opcode.
struct Operands {
  unsigned reg;          // register operand, or the number of the operation in a group
  bool is_register;      // the other one is a register, `rm`
  unsigned rm = ~0U;     // not meaningful for memory
  bool address = false;  // the other one's address depends on rax
};

Operands read_operands(Code& code, std::uint8_t rex) {
  const std::uint8_t modrm = code.byte();
  const unsigned mod = modrm >> 6;
  const unsigned low = modrm & 7;
  Operands o{((modrm >> 3) & 7) | (rex & 4U) << 1, mod == 3};
  const unsigned extension = (rex & 1U) << 3;
  if (o.is_register) {
    o.rm = low | extension;
    return o;
  }
  if (low == 4) {
    const std::uint8_t sib = code.byte();
    const unsigned index = ((sib >> 3) & 7) | (rex & 2U) << 2;
    const unsigned base = sib & 7;
    const bool no_base = mod == 0 && base == 5;
    o.address = index == 0 || (!no_base && (base | extension) == 0);
    if (no_base) code.skip(4);
  } else if (mod == 0 && low == 5) {
    code.skip(4);
  } else {
    o.address = (low | extension) == 0;
  }
  code.skip(mod == 1 ? 1 : mod == 2 ? 4 : 0);
  return o;
}

constexpr unsigned rax = 0;

// Whether an operand of one byte is al or ah.
bool part_of_rax(unsigned reg, std::uint8_t rex) { return reg == 0 || (rex == 0 && reg == 4); }

Effect load(const Operands& o) {
  if (o.address || o.rm == rax) return Effect::reads;
  return o.reg == rax ? Effect::overwrites : Effect::none;
}

Effect touch(const Operands& o, bool reg_too) {
  return o.address || o.rm == rax || (reg_too && o.reg == rax) ? Effect::reads : Effect::none;
}

Effect two_byte(Code& code, std::uint8_t rex) {
  const std::uint8_t opcode = code.byte();
  switch (opcode) {
    case 0x1f:  // nop
      read_operands(code, rex);
      return Effect::none;
    case 0xb6:  // movzx and movsx of a byte
    case 0xbe: {
      const Operands o = read_operands(code, rex);
      if (o.is_register && part_of_rax(o.rm, rex)) return Effect::reads;
      return load(o);
    }
    case 0xb7:
    case 0xbf:
      return load(read_operands(code, rex));
    default:
      return Effect::reads;
  }
}

Effect one_byte(Code& code, std::uint8_t opcode, std::uint8_t rex) {
  const bool extended = (rex & 1) != 0;
  if (opcode >= 0x50 && opcode <= 0x57) {  // push
    return opcode == 0x50 && !extended ? Effect::reads : Effect::none;
  }
  if (opcode >= 0x58 && opcode <= 0x5f) {  // pop
    return opcode == 0x58 && !extended ? Effect::overwrites : Effect::none;
  }
  if (opcode >= 0xb8 && opcode <= 0xbf) {  // mov of a constant
    code.skip((rex & 8) != 0 ? 8 : 4);
    return opcode == 0xb8 && !extended ? Effect::overwrites : Effect::none;
  }
  switch (opcode) {
    case 0x90:  // nop; with a prefix an exchange
      return extended ? Effect::reads : Effect::none;
    case 0xc9:  // leave
      return Effect::none;
    case 0x31:  // xor, sub: of a register with itself, a constant
    case 0x33:
    case 0x29:
    case 0x2b: {
      const Operands o = read_operands(code, rex);
      if (o.is_register && o.rm == o.reg) return o.reg == rax ? Effect::overwrites : Effect::none;
      return touch(o, true);
    }
    case 0x01:  // add, cmp, test
    case 0x03:
    case 0x39:
    case 0x3b:
    case 0x85:
      return touch(read_operands(code, rex), true);
    case 0x8b:  // mov into a register
    case 0x63:
      return load(read_operands(code, rex));
    case 0x8d: {  // lea
      const Operands o = read_operands(code, rex);
      return o.is_register ? Effect::reads : load(o);
    }
    case 0x89: {  // mov from a register
      const Operands o = read_operands(code, rex);
      if (o.reg == rax || o.address) return Effect::reads;
      return o.rm == rax ? Effect::overwrites : Effect::none;
    }
    case 0x88: {  // mov of a byte
      const Operands o = read_operands(code, rex);
      const bool part = part_of_rax(o.reg, rex) || (o.is_register && part_of_rax(o.rm, rex));
      return part || o.address ? Effect::reads : Effect::none;
    }
    case 0x81:  // operations with a constant
    case 0x83: {
      const Effect effect = touch(read_operands(code, rex), false);
      code.skip(opcode == 0x81 ? 4 : 1);
      return effect;
    }
    case 0xc6: {  // mov of a constant to memory
      const Operands o = read_operands(code, rex);
      code.skip(1);
      return o.is_register || o.address ? Effect::reads : Effect::none;
    }
    case 0xc7: {
      const Operands o = read_operands(code, rex);
      code.skip(4);
      if (o.address) return Effect::reads;
      return o.rm == rax ? Effect::overwrites : Effect::none;
    }
    default:
      return Effect::reads;
  }
}

// The hook that instrumented functions call before they return. The compiler does not know what it
// overwrites.
const std::uint8_t* end_of_function() { return reinterpret_cast<const std::uint8_t*>(&__tsan_func_exit); }

constexpr unsigned instructions_max = 64;
constexpr unsigned branches_max = 3;

bool reads(const std::uint8_t* at, unsigned branches) {
  Code code(at);
  for (unsigned i = 0; i < instructions_max; ++i) {
    std::uint8_t opcode = code.byte();
    if (opcode == 0xf3) {
      if (code.byte() != 0x0f || code.byte() != 0x1e || code.byte() != 0xfa) return true;
      continue;  // endbr64
    }
    std::uint8_t rex = 0;
    if ((opcode & 0xf0) == 0x40) {
      rex = opcode;
      opcode = code.byte();
    }
    const auto branch = [&](std::int32_t distance) {
      return branches == branches_max || reads(code.at() + distance, branches + 1);
    };
    Effect effect = Effect::none;
    if (opcode == 0xe8) {  // call
      const std::int32_t distance = code.number();
      if (code.at() + distance == end_of_function()) return false;
    } else if (opcode == 0xff) {
      const Operands o = read_operands(code, rex);
      if ((o.reg & 7U) != 2 || o.address || o.rm == rax) return true;
    } else if (opcode == 0xe9) {  // jump
      const std::int32_t distance = code.number();
      code = Code(code.at() + distance);
    } else if (opcode == 0xeb) {
      const auto distance = static_cast<std::int8_t>(code.byte());
      code = Code(code.at() + distance);
    } else if ((opcode & 0xf0) == 0x70) {  // conditional jump
      const auto distance = static_cast<std::int8_t>(code.byte());
      if (branch(distance)) return true;
    } else if (opcode == 0x0f && (*code.at() & 0xf0) == 0x80) {
      code.skip(1);
      const std::int32_t distance = code.number();
      if (branch(distance)) return true;
    } else {
      effect = opcode == 0x0f ? two_byte(code, rex) : one_byte(code, opcode, rex);
    }
    if (effect == Effect::reads) return true;
    if (effect == Effect::overwrites) return false;
  }
  return true;
}

// Answers for return addresses, found again by a hash. The code does not change.
struct Known {
  std::uintptr_t address;
  bool used;
};
constexpr std::size_t known_max = 256;
Known known[known_max];

}  // namespace

bool reads_result(const std::uint8_t* code) { return reads(code, 0); }

bool result_is_used(std::uintptr_t return_address) {
#ifdef __x86_64__
  if (return_address == 0) return true;
  Known& entry = known[(return_address ^ return_address >> 8) % known_max];
  if (entry.address != return_address) {
    entry = {return_address, reads_result(reinterpret_cast<const std::uint8_t*>(return_address))};
  }
  return entry.used;
#else
  return true;
#endif
}

}  // namespace heddle::frontend
