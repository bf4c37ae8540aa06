#include "checker/runtime/json_writer.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

namespace heddle::runtime {
namespace {

nlohmann::json parse(const JsonWriter& writer) {
  return nlohmann::json::parse(writer.text(), writer.text() + writer.size());
}

nlohmann::json parse_string(const char* text) {
  JsonWriter writer;
  writer.string(text);
  return parse(writer);
}

TEST(JsonWriter, SeparatesMembersAndElements) {
  JsonWriter writer;
  writer.begin_object();
  writer.member("name", "a");
  writer.key("list");
  writer.begin_array();
  writer.number(1);
  writer.begin_array();
  writer.end_array();
  writer.signed_number(-2);
  writer.end_array();
  writer.key("nothing");
  writer.null();
  writer.end_object();
  EXPECT_EQ(parse(writer), nlohmann::json::parse(R"({"name":"a","list":[1,[],-2],"nothing":null})"));
}

TEST(JsonWriter, NumbersThatDoublesCannotHoldAreStrings) {
  JsonWriter writer;
  writer.begin_array();
  writer.decimal_string(18'446'744'073'709'551'615U);
  writer.hex_string(0xffff'ffff'ffff'fff1);
  writer.end_array();
  EXPECT_EQ(parse(writer), nlohmann::json::parse(R"(["18446744073709551615","0xfffffffffffffff1"])"));
}

TEST(JsonWriter, EscapesWhatJsonForbids) {
  EXPECT_EQ(parse_string("a\"b\\c\n\x01"), std::string("a\"b\\c\n\x01"));
}

TEST(JsonWriter, KeepsUtf8AndReplacesBytesThatAreNot) {
  EXPECT_EQ(parse_string("caf\xc3\xa9"), std::string("caf\xc3\xa9"));
  EXPECT_EQ(parse_string("\xe9"), std::string("\xc3\xa9"));
  EXPECT_EQ(parse_string("\xf0\x9f"), std::string("\xc3\xb0\xc2\x9f"));
}

TEST(JsonWriter, MembersOfAnotherWriterJoinIn) {
  JsonWriter members;
  members.member("b", "x");
  members.member("c", std::uint64_t{3});
  JsonWriter writer;
  writer.begin_object();
  writer.member("a", std::uint64_t{1});
  writer.raw_members(members.text(), members.size());
  writer.member("d", std::uint64_t{4});
  writer.end_object();
  EXPECT_EQ(parse(writer), nlohmann::json::parse(R"({"a":1,"b":"x","c":3,"d":4})"));
}

TEST(JsonWriter, GrowsAndStartsAgain) {
  const std::string long_text(100'000, 'x');
  EXPECT_EQ(parse_string(long_text.c_str()), long_text);
  JsonWriter writer;
  writer.string(long_text.c_str());
  writer.clear();
  writer.number(7);
  EXPECT_EQ(parse(writer), 7);
}

}  // namespace
}  // namespace heddle::runtime
