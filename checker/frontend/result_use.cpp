#include "checker/frontend/result_use.hpp"

#include <algorithm>
#include <cstddef>

namespace heddle::frontend {
namespace {

// What an instruction does with rax, of all sizes.
enum class Effect : std::uint8_t { none, overwrites, reads, unknown };

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
  if ((opcode & 0xf0) == 0x40) return touch(read_operands(code, rex), true);  // mov on a condition
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
    case 0xaf:  // imul
      return touch(read_operands(code, rex), true);
    case 0xb7:
    case 0xbf:
      return load(read_operands(code, rex));
    default:
      return Effect::unknown;
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
    case 0x81:  // operations with a constant, shifts
    case 0x83:
    case 0xc1: {
      const Effect effect = touch(read_operands(code, rex), false);
      code.skip(opcode == 0x81 ? 4 : 1);
      return effect;
    }
    case 0xd1:  // shifts by one, by cl
    case 0xd3:
      return touch(read_operands(code, rex), false);
    case 0x69:  // imul with a constant
    case 0x6b: {
      const Effect effect = load(read_operands(code, rex));
      code.skip(opcode == 0x69 ? 4 : 1);
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
      return Effect::unknown;
  }
}

// Whether an instruction of one byte, and the one after it, sets all flags that conditional jumps read.
bool sets_flags(std::uint8_t opcode, std::uint8_t modrm) {
  switch (opcode) {
    case 0xd1:  // shifts, but not rotations
      return (modrm >> 3 & 7) >= 4;
    case 0x01:
    case 0x03:
    case 0x29:
    case 0x2b:
    case 0x31:
    case 0x33:
    case 0x39:
    case 0x3b:
    case 0x81:
    case 0x83:
    case 0x85:
      return true;
    default:
      return false;
  }
}

constexpr unsigned instructions_max = 256;

// What of the state before the next instruction depends on the result.
struct Traces {
  bool value;  // rax
  bool flags;
  bool any() const { return value || flags; }
};

// Follows the code on all ways it can take.
class Scan {
 public:
  explicit Scan(std::span<const std::uintptr_t> opaque) : opaque_(opaque) {}

  // Whether something reads a trace before it is overwritten.
  bool reads(const std::uint8_t* at, Traces left) {
    if (follow(at, left)) return true;
    // Behind a jump the flags are no trace any more: a conditional one would have read them.
    for (std::size_t i = 0; i < targets_; ++i) {
      if (follow(target_[i], {true, false})) return true;
    }
    return false;
  }

 private:
  bool follow(const std::uint8_t* at, Traces left) {
    Code code(at);
    while (left.any()) {
      if (instructions_++ == instructions_max) return true;
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
      if (opcode == 0xe8) {  // call
        const std::int32_t distance = code.number();
        if (is_opaque(code.at() + distance)) return false;
      } else if (opcode == 0xff) {
        const Operands o = read_operands(code, rex);
        if ((o.reg & 7U) != 2 || o.address || o.rm == rax) return true;
      } else if (opcode == 0xe9 || opcode == 0xeb) {  // jump
        const std::int32_t distance = opcode == 0xe9 ? code.number() : static_cast<std::int8_t>(code.byte());
        if (is_opaque(code.at() + distance)) return false;  // a call that the function ends with
        if (left.flags || !left.value) {
          code = Code(code.at() + distance);
          continue;
        }
        return !later(code.at() + distance);
      } else if ((opcode & 0xf0) == 0x70 || (opcode == 0x0f && (*code.at() & 0xf0) == 0x80)) {  // conditional
        if (left.flags) return true;
        if (opcode == 0x0f) code.skip(1);
        const std::int32_t distance = opcode == 0x0f ? code.number() : static_cast<std::int8_t>(code.byte());
        if (!later(code.at() + distance)) return true;
      } else {
        if (left.flags && opcode == 0x0f && (*code.at() & 0xf0) == 0x40) return true;
        const std::uint8_t modrm = *code.at();
        const Effect effect = opcode == 0x0f ? two_byte(code, rex) : one_byte(code, opcode, rex);
        if (effect == Effect::unknown || (effect == Effect::reads && left.value)) return true;
        if (effect == Effect::overwrites) left.value = false;
        if (sets_flags(opcode, modrm)) left.flags = false;
      }
    }
    return false;
  }

  // The code at `target` is to be followed too, with rax as the only trace. False: there is no room.
  bool later(const std::uint8_t* target) {
    const std::uint8_t** const end = target_ + targets_;
    if (std::find(target_, end, target) != end) return true;
    if (targets_ == targets_max) return false;
    target_[targets_++] = target;
    return true;
  }

  bool is_opaque(const std::uint8_t* function) const {
    return std::ranges::find(opaque_, reinterpret_cast<std::uintptr_t>(function)) != opaque_.end();
  }

  static constexpr std::size_t targets_max = 32;
  std::span<const std::uintptr_t> opaque_;
  const std::uint8_t* target_[targets_max];
  std::size_t targets_ = 0;
  unsigned instructions_ = 0;
};

// Runs code on a known value of eax as long as it does nothing but compare that.
class Walk {
 public:
  Walk(const std::uint8_t* at, std::uint32_t value) : at_(at), value_(value) {
    for (unsigned i = 0; i < comparisons_max && step(); ++i) {
    }
  }
  const std::uint8_t* at() const { return at_; }
  bool same_flags(const Walk& other) const {
    return zero_ == other.zero_ && carry_ == other.carry_ && sign_ == other.sign_ &&
           overflow_ == other.overflow_ && known_ == other.known_;
  }

 private:
  // False: this instruction does something else, or it cannot be told what.
  bool step() {
    Code code(at_);
    std::uint8_t opcode = code.byte();
    if (opcode == 0x83) {
      const std::uint8_t modrm = code.byte();
      if ((modrm & 0xc7) != 0xc0) return false;
      const std::uint32_t byte = code.byte();
      const std::uint32_t constant = (byte ^ 0x80) - 0x80;  // its sign extended
      if (!calculate((modrm >> 3) & 7, constant)) return false;
    } else if (opcode == 0x05 || opcode == 0x2d || opcode == 0x3d) {
      if (!calculate((opcode >> 3) & 7, static_cast<std::uint32_t>(code.number()))) return false;
    } else if (opcode == 0x85) {  // test
      if (code.byte() != 0xc0) return false;
      set_flags(value_, false, false);
    } else if ((opcode & 0xf0) == 0x70) {
      const auto distance = static_cast<std::int8_t>(code.byte());
      if (!can_decide(opcode & 15)) return false;
      if (holds(opcode & 15)) code = Code(code.at() + distance);
    } else if (opcode == 0x0f) {
      opcode = code.byte();
      if ((opcode & 0xf0) != 0x80 || !can_decide(opcode & 15)) return false;
      const std::int32_t distance = code.number();
      if (holds(opcode & 15)) code = Code(code.at() + distance);
    } else if (opcode == 0xeb) {
      const auto distance = static_cast<std::int8_t>(code.byte());
      code = Code(code.at() + distance);
    } else if (opcode == 0xe9) {
      const std::int32_t distance = code.number();
      code = Code(code.at() + distance);
    } else {
      return false;
    }
    at_ = code.at();
    return true;
  }

  bool calculate(unsigned operation, std::uint32_t constant) {
    constexpr unsigned add = 0;
    constexpr unsigned sub = 5;
    constexpr unsigned cmp = 7;
    const std::uint32_t before = value_;
    const auto differ = [](std::uint32_t a, std::uint32_t b) { return ((a ^ b) >> 31) != 0; };
    if (operation == add) {
      value_ = before + constant;
      set_flags(value_, value_ < before, !differ(before, constant) && differ(before, value_));
      return true;
    }
    if (operation != sub && operation != cmp) return false;
    const std::uint32_t difference = before - constant;
    set_flags(difference, before < constant, differ(before, constant) && differ(before, difference));
    if (operation == sub) value_ = difference;
    return true;
  }

  void set_flags(std::uint32_t result, bool carry, bool overflow) {
    known_ = true;
    zero_ = result == 0;
    sign_ = result >> 31 != 0;
    carry_ = carry;
    overflow_ = overflow;
  }
  // By the lower half of the opcode; parity is not kept.
  bool can_decide(unsigned condition) const { return known_ && condition / 2 != 5; }
  bool holds(unsigned condition) const {
    const bool less = sign_ != overflow_;
    const bool conditions[] = {overflow_, carry_, zero_, carry_ || zero_, sign_, false, less, less || zero_};
    return conditions[condition / 2] != (condition % 2 != 0);
  }

  static constexpr unsigned comparisons_max = 16;
  const std::uint8_t* at_;
  std::uint32_t value_;
  bool known_ = false;
  bool zero_ = false;
  bool carry_ = false;
  bool sign_ = false;
  bool overflow_ = false;
};

}  // namespace

bool tells_apart(const std::uint8_t* code, std::uint32_t a, std::uint32_t b,
                 std::span<const std::uintptr_t> opaque) {
  const Walk first(code, a);
  const Walk second(code, b);
  if (first.at() != second.at()) return true;
  return Scan(opaque).reads(first.at(), {true, !first.same_flags(second)});
}

bool uses_result(const std::uint8_t* code, std::span<const std::uintptr_t> opaque) {
  return Scan(opaque).reads(code, {true, false});
}

}  // namespace heddle::frontend
