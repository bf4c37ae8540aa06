// Whether code reads the result of the call it continues after: small pieces of machine code, as compilers
// make them, with what objdump calls them.
#include "checker/frontend/result_use.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <vector>

namespace heddle::frontend {
namespace {

bool reads(std::initializer_list<unsigned> bytes) {
  std::vector<std::uint8_t> code;
  for (const unsigned byte : bytes) code.push_back(static_cast<std::uint8_t>(byte));
  code.push_back(0xc3);  // ret
  return tells_apart(code.data(), 0, ~0U, {});
}

TEST(ResultUse, OverwrittenFirst) {
  EXPECT_FALSE(reads({0xb8, 0, 0, 0, 0}));                                // mov eax, 0
  EXPECT_FALSE(reads({0x31, 0xc0}));                                      // xor eax, eax
  EXPECT_FALSE(reads({0x8b, 0x05, 1, 2, 3, 4}));                          // mov eax, [rip+…]
  EXPECT_FALSE(reads({0x48, 0x8b, 0x45, 0xf8}));                          // mov rax, [rbp-8]
  EXPECT_FALSE(reads({0x48, 0x8d, 0x05, 1, 2, 3, 4}));                    // lea rax, [rip+…]
  EXPECT_FALSE(reads({0x48, 0xc7, 0xc0, 0, 0, 0, 0}));                    // mov rax, 0
  EXPECT_FALSE(reads({0x0f, 0xb6, 0x03}));                                // movzx eax, byte [rbx]
  EXPECT_FALSE(reads({0x58}));                                            // pop rax
  EXPECT_FALSE(reads({0xbf, 1, 0, 0, 0, 0xe8, 0, 0, 0, 0, 0x31, 0xc0}));  // mov edi, 1; call; xor eax, eax
  EXPECT_FALSE(reads({0x83, 0x45, 0xfc, 1, 0x5b, 0xf3, 0x0f, 0x1e, 0xfa, 0x31, 0xc0}));
  EXPECT_FALSE(reads({0xeb, 1, 0xc3, 0x31, 0xc0}));                       // jmp over the ret
  EXPECT_FALSE(reads({0x83, 0xfb, 3, 0x75, 2, 0x31, 0xc0, 0x31, 0xc0}));  // cmp ebx, 3; jne to the second
  EXPECT_FALSE(reads({0x44, 0x89, 0xe7, 0xb8, 1, 0, 0, 0}));              // mov edi, r12d; mov eax, 1
}

// Two results may be taken the same way, and the result be used all the same.
TEST(ResultUse, AnyUse) {
  const auto uses = [](std::vector<std::uint8_t> code, std::initializer_list<std::uintptr_t> opaque = {}) {
    code.push_back(0xc3);
    return uses_result(code.data(), {opaque.begin(), opaque.end()});
  };
  EXPECT_FALSE(uses({0x31, 0xc0}));             // xor eax, eax
  EXPECT_TRUE(uses({}));                        // ret
  EXPECT_TRUE(uses({0x85, 0xc0, 0x31, 0xc0}));  // test eax, eax; xor eax, eax
  EXPECT_FALSE(tells_apart(std::vector<std::uint8_t>{0x85, 0xc0, 0x31, 0xc0, 0xc3}.data(), 1, 2, {}));
  EXPECT_FALSE(uses({0xd3, 0xe3, 0x31, 0xc0}));  // shl ebx, cl
  EXPECT_TRUE(uses({0xd3, 0xe0, 0x31, 0xc0}));   // shl eax, cl
  // jmp to a function that is known to overwrite rax: the end of one that returns nothing
  const std::vector<std::uint8_t> jump = {0xe9, 0, 0, 0, 0, 0xc3};
  EXPECT_TRUE(uses_result(jump.data(), {}));
  const std::uintptr_t target[] = {reinterpret_cast<std::uintptr_t>(jump.data()) + 5};
  EXPECT_FALSE(uses_result(jump.data(), target));
}

// Ways that meet again are followed once.
TEST(ResultUse, Loops) {
  EXPECT_FALSE(reads({0xeb, 0xfe}));                             // jmp to itself
  EXPECT_FALSE(reads({0x83, 0xeb, 1, 0x75, 0xfb, 0x31, 0xc0}));  // sub ebx, 1; jne back; xor eax, eax
  EXPECT_TRUE(reads({0x83, 0xeb, 1, 0x75, 0xfb, 0x01, 0xc3, 0x31, 0xc0}));  // the same, then add ebx, eax
  EXPECT_FALSE(reads({0x83, 0xfb, 1, 0x0f, 0x42, 0xcb, 0x31, 0xc0}));       // cmp ebx, 1; cmovb ecx, ebx
  EXPECT_TRUE(reads({0x83, 0xfb, 1, 0x0f, 0x42, 0xc3, 0x31, 0xc0}));        // cmp ebx, 1; cmovb eax, ebx
  EXPECT_TRUE(reads({0x83, 0xf8, 0xff, 0x0f, 0x45, 0xcb, 0x31, 0xc0}));     // cmp eax, -1; cmovne ecx, ebx
}

TEST(ResultUse, ReadFirst) {
  EXPECT_TRUE(reads({}));                                       // ret
  EXPECT_TRUE(reads({0x5b}));                                   // pop rbx; ret
  EXPECT_TRUE(reads({0x83, 0xf8, 0xff}));                       // cmp eax, -1
  EXPECT_TRUE(reads({0x85, 0xc0}));                             // test eax, eax
  EXPECT_TRUE(reads({0x85, 0xc0, 0xb8, 0, 0, 0, 0, 0x74, 0}));  // test eax, eax; mov eax, 0; je
  EXPECT_TRUE(
      reads({0x83, 0xf8, 0xff, 0xb8, 0, 0, 0, 0, 0x0f, 0x94, 0xc3, 0x31, 0xc0}));  // cmp; mov; sete bl
  EXPECT_TRUE(reads({0x89, 0xc3}));                                                // mov ebx, eax
  EXPECT_TRUE(reads({0x41, 0x89, 0xc4}));                                          // mov r12d, eax
  EXPECT_TRUE(reads({0x89, 0x45, 0xfc, 0x31, 0xc0}));                              // mov [rbp-4], eax
  EXPECT_TRUE(reads({0x0f, 0x94, 0xc0}));                          // sete al, which no one knows here
  EXPECT_TRUE(reads({0x88, 0x03, 0x31, 0xc0}));                    // mov [rbx], al
  EXPECT_TRUE(reads({0x88, 0x23, 0x31, 0xc0}));                    // mov [rbx], ah
  EXPECT_TRUE(reads({0x0f, 0xb6, 0xdc, 0x31, 0xc0}));              // movzx ebx, ah
  EXPECT_TRUE(reads({0x8b, 0x18, 0x31, 0xc0}));                    // mov ebx, [rax]
  EXPECT_TRUE(reads({0x8b, 0x1c, 0x03, 0x31, 0xc0}));              // mov ebx, [rbx+rax]
  EXPECT_TRUE(reads({0x8b, 0x5c, 0x83, 4, 0x31, 0xc0}));           // mov ebx, [rbx+rax*4+4]
  EXPECT_TRUE(reads({0x48, 0x98}));                                // cdqe
  EXPECT_TRUE(reads({0x66, 0x31, 0xc0}));                          // xor ax, ax: half of it
  EXPECT_TRUE(reads({0x31, 0xd8}));                                // xor eax, ebx
  EXPECT_TRUE(reads({0x50, 0x31, 0xc0}));                          // push rax
  EXPECT_TRUE(reads({0xff, 0xd0}));                                // call rax
  EXPECT_TRUE(reads({0xff, 0x10}));                                // call [rax]
  EXPECT_TRUE(reads({0xe8, 0, 0, 0, 0}));                          // call; ret: kept for the caller, perhaps
  EXPECT_TRUE(reads({0x83, 0xfb, 3, 0x75, 2, 0x31, 0xc0, 0xc3}));  // one way of two returns
  EXPECT_TRUE(reads({0x75, 0xfe, 0x75, 0xfe}));                    // and so on
}

TEST(ResultUse, NumbersOfRegistersFromEightOnAreOthers) {
  EXPECT_FALSE(reads({0x41, 0xb8, 0, 0, 0, 0, 0x31, 0xc0}));  // mov r8d, 0; xor eax, eax
  EXPECT_TRUE(reads({0x41, 0xb8, 0, 0, 0, 0, 0x85, 0xc0}));   // mov r8d, 0; test eax, eax
  EXPECT_FALSE(reads({0x41, 0x50, 0x31, 0xc0}));              // push r8
  EXPECT_TRUE(reads({0x45, 0x31, 0xc0}));                     // xor r8d, r8d; ret
  EXPECT_FALSE(reads({0x41, 0x8b, 0x18, 0x31, 0xc0}));        // mov ebx, [r8]
  EXPECT_FALSE(reads({0x42, 0x8b, 0x1c, 0x03, 0x31, 0xc0}));  // mov ebx, [rbx+r8]
  EXPECT_FALSE(reads({0x40, 0x88, 0x23, 0x31, 0xc0}));        // mov [rbx], spl
}

TEST(ResultUse, FunctionsTheCompilerCannotSeeOverwriteIt) {
  const std::vector<std::uint8_t> code = {0xe8, 2, 0, 0, 0, 0xc3};
  const std::uintptr_t called = reinterpret_cast<std::uintptr_t>(code.data()) + 7;
  const std::uintptr_t other = called + 1;
  EXPECT_FALSE(tells_apart(code.data(), 0, ~0U, {&called, 1}));
  EXPECT_TRUE(tells_apart(code.data(), 0, ~0U, {&other, 1}));
}

// if (r != 0 && r != -1) …, as compilers put it; then xor eax, eax.
TEST(ResultUse, ComparisonsThatBothResultsPassAlike) {
  EXPECT_FALSE(reads({0x83, 0xc0, 1, 0x83, 0xf8, 1, 0x77, 2, 0x31, 0xc0}));  // add 1; cmp 1; ja
  EXPECT_FALSE(reads({0x83, 0xc0, 1, 0x83, 0xf8, 1, 0x0f, 0x87, 9, 0, 0, 0, 0x31, 0xc0}));
  EXPECT_FALSE(reads({0x85, 0xc0, 0x74, 5, 0x83, 0xf8, 0xff, 0x75, 9, 0x33, 0xc0}));  // test; je; cmp -1; jne
  EXPECT_FALSE(reads({0x85, 0xc0, 0x7f, 9, 0x31, 0xc0}));                             // test; jg
  EXPECT_FALSE(reads({0x05, 1, 0, 0, 0, 0x3d, 2, 0, 0, 0, 0x73, 9, 0x31, 0xc0}));     // add 1; cmp 2; jae
  EXPECT_TRUE(reads({0x85, 0xc0, 0x78, 2, 0x31, 0xc0, 0x31, 0xc0}));                  // test; js: r < 0
  EXPECT_TRUE(reads({0x83, 0xf8, 0xff, 0x75, 2, 0x31, 0xdb, 0x31, 0xc0}));            // if (r == -1) ebx = 0
  EXPECT_TRUE(reads({0x83, 0xf8, 0xff, 0xb8, 0, 0, 0, 0, 0x75, 1, 0x90, 0x31, 0xc0}));  // cmp -1; mov; jne
  EXPECT_FALSE(reads({0x83, 0xf8, 0xff, 0xb8, 0, 0, 0, 0, 0x83, 0xfb, 2, 0x75, 1, 0x90, 0x31, 0xc0}));
  EXPECT_TRUE(reads({0x85, 0xc0, 0x7a, 0, 0x31, 0xc0}));  // test; jp
}

}  // namespace
}  // namespace heddle::frontend
