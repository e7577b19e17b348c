#include "base/protobuf.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <limits>

namespace inlay::protobuf {
namespace {

std::span<const std::byte> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

std::string raw(std::initializer_list<int> bytes) {
  std::string out;
  for (const int byte : bytes) out += static_cast<char>(byte);
  return out;
}

// Reads everything, messages in field 7 too; the first error.
Status walk(Reader reader) {
  while (reader.next()) {
    if (reader.field() == 7 && reader.type() == WireType::kBytes) {
      INLAY_ASSIGN(Reader inner, reader.message());
      INLAY_TRY(walk(inner));
    }
  }
  return reader.status();
}

std::string error_of(const std::string& text) {
  const Status status = walk(Reader(bytes_of(text), "t"));
  EXPECT_EQ(status.code(), StatusCode::kCorrupt);
  return std::string(status.message());
}

std::string sample() {
  std::string out;
  Writer writer(out);
  writer.varint(1, 8);
  writer.bytes(2, "producer");
  writer.message(7, [](Writer& graph) {
    graph.int64(3, -1);
    graph.message(7, [](Writer& node) { node.float32(4, 0.5f); });
    graph.packed(5, std::vector<int64_t>{1, 300, -2});
    graph.packed(6, std::vector<float>{1.5f, -2.0f});
  });
  writer.float64(100'000, 0.25);
  return out;
}

TEST(Protobuf, EncodingIsThatOfTheSpecification) {  // the examples of protobuf.dev's encoding page
  std::string out;
  Writer writer(out);
  writer.varint(1, 150);
  writer.bytes(2, "testing");
  writer.message(3, [](Writer& inner) { inner.varint(1, 150); });
  EXPECT_EQ(out, "\x08\x96\x01\x12\x07testing\x1a\x03\x08\x96\x01");
}

TEST(Protobuf, ReadsWhatItWrote) {
  const std::string text = sample();
  Reader model(bytes_of(text), "t");
  ASSERT_TRUE(model.next());
  EXPECT_EQ(model.field(), 1u);
  EXPECT_EQ(*model.int64(), 8);
  ASSERT_TRUE(model.next());
  EXPECT_EQ(*model.string(), "producer");
  EXPECT_EQ(model.string()->data(), text.data() + 4) << "a view, not a copy";
  ASSERT_TRUE(model.next());
  auto graph = model.message();
  ASSERT_TRUE(graph.ok());

  ASSERT_TRUE(graph->next());
  EXPECT_EQ(*graph->int64(), -1);
  EXPECT_EQ(*graph->int32(), -1);
  ASSERT_TRUE(graph->next());
  auto node = graph->message();
  ASSERT_TRUE(node.ok() && node->next());
  EXPECT_EQ(*node->float32(), 0.5f);
  EXPECT_FALSE(node->next());
  EXPECT_TRUE(node->status().ok());
  std::vector<int64_t> integers;
  ASSERT_TRUE(graph->next());
  ASSERT_TRUE(graph->append(integers).ok());
  EXPECT_EQ(integers, (std::vector<int64_t>{1, 300, -2}));
  std::vector<float> floats = {7};
  ASSERT_TRUE(graph->next());
  ASSERT_TRUE(graph->append(floats).ok());
  EXPECT_EQ(floats, (std::vector<float>{7, 1.5f, -2.0f}));
  EXPECT_FALSE(graph->next());

  ASSERT_TRUE(model.next());
  EXPECT_EQ(model.field(), 100'000u);
  EXPECT_EQ(*model.float64(), 0.25);
  EXPECT_FALSE(model.next());
  EXPECT_TRUE(model.status().ok());
}

TEST(Protobuf, RepeatedNumbersMayBePackedOrNot) {
  std::string text;
  Writer writer(text);
  writer.varint(1, 5);
  writer.packed(1, std::vector<int64_t>{6, 7});
  writer.packed(1, std::vector<int64_t>{});
  writer.varint(1, 8);
  Reader reader(bytes_of(text), "t");
  std::vector<int64_t> values;
  while (reader.next()) ASSERT_TRUE(reader.append(values).ok());
  EXPECT_EQ(values, (std::vector<int64_t>{5, 6, 7, 8}));
  std::vector<int32_t> narrow;
  Reader again(bytes_of(text), "t");
  while (again.next()) ASSERT_TRUE(again.append(narrow).ok());
  EXPECT_EQ(narrow, (std::vector<int32_t>{5, 6, 7, 8}));
}

TEST(Protobuf, WrongWireTypesAreErrorsOfTheGetter) {
  std::string text;
  Writer writer(text);
  writer.varint(1, 5);
  writer.bytes(2, "abc");
  Reader reader(bytes_of(text), "t");
  ASSERT_TRUE(reader.next());
  EXPECT_EQ(reader.string().message(), "t: byte 0: field 1: expected bytes, found a varint");
  EXPECT_FALSE(reader.float32().ok());
  ASSERT_TRUE(reader.next());
  EXPECT_EQ(reader.int64().message(), "t: byte 2: field 2: expected a varint, found bytes");
  std::vector<float> floats;
  EXPECT_EQ(reader.append(floats).message(),
            "t: byte 2: field 2: expected packed numbers of 4 bytes, found 3 bytes");
  EXPECT_TRUE(floats.empty());
  EXPECT_TRUE(reader.status().ok());
}

TEST(Protobuf, PackedVarintCutShortIsAnError) {
  const std::string text = raw({0x0a, 2, 0x01, 0x80});
  Reader reader(bytes_of(text), "t");
  ASSERT_TRUE(reader.next());
  std::vector<int64_t> values;
  EXPECT_EQ(reader.append(values).message(), "t: byte 3: expected a packed varint");
}

TEST(Protobuf, EveryPrefixOfASampleEndsOrFails) {
  const std::string text = sample();
  const std::vector<size_t> ends = {0, 2, 12, 54,
                                    text.size()};  // after a field of the outer message
  size_t whole = 0;
  for (size_t size = 0; size <= text.size(); ++size) {
    const std::string prefix = text.substr(0, size);  // its own memory, so that asan sees overruns
    const Status status = walk(Reader(bytes_of(prefix), "t"));
    if (status.ok()) ++whole;
    EXPECT_EQ(status.message().find('\n'), std::string_view::npos);
  }
  EXPECT_EQ(whole, ends.size());
}

TEST(Protobuf, EveryBrokenByteOfASampleIsSafe) {
  const std::string text = sample();
  for (size_t at = 0; at < text.size(); ++at) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string broken = text;
      broken[at] = static_cast<char>(byte);
      const Status status = walk(Reader(bytes_of(broken), "t"));
      EXPECT_TRUE(status.ok() || status.code() == StatusCode::kCorrupt);
    }
  }
}

TEST(Protobuf, ErrorsNameByteExpectedAndFound) {
  EXPECT_EQ(error_of(raw({0x08})), "t: byte 1: expected a varint, found the end of the message");
  EXPECT_EQ(error_of(raw({0x80})), "t: byte 0: expected a varint, found the end of the message");
  EXPECT_EQ(error_of(raw({8, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1})),
            "t: byte 1: expected a varint, found more than 10 bytes");
  EXPECT_EQ(error_of(raw({0x12, 5, 'a'})),
            "t: byte 1: expected a length inside the message, found one that runs over its end");
  EXPECT_EQ(error_of(raw({0x12, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1})),
            "t: byte 1: expected a length inside the message, found one that runs over its end");
  EXPECT_EQ(error_of(raw({0x0d, 1, 2})),
            "t: byte 1: expected 4 bytes, found the end of the message");
  EXPECT_EQ(error_of(raw({0x09, 1, 2, 3, 4, 5, 6, 7})),
            "t: byte 1: expected 8 bytes, found the end of the message");
  EXPECT_EQ(error_of(raw({0x00, 1})), "t: byte 0: expected a field number, found 0");
  EXPECT_EQ(error_of(raw({0x80, 0x80, 0x80, 0x80, 0x10})),
            "t: byte 0: expected a field number below 2^29, found a larger one");
  EXPECT_EQ(error_of(raw({0x0e})), "t: byte 0: expected a wire type of 0 to 5, found a larger one");
  EXPECT_EQ(error_of(raw({8, 1, 0x0c})),
            "t: byte 2: expected a field, found the end of a group that was not begun");
  EXPECT_EQ(error_of(raw({0x3a, 3, 0x12, 9, 'a'})),
            "t: byte 3: expected a length inside the message, found one that runs over its end");
}

TEST(Protobuf, TenByteVarintsKeepTheLow64Bits) {
  const std::string text = raw({8, 255, 255, 255, 255, 255, 255, 255, 255, 255, 0x7f});
  Reader reader(bytes_of(text), "t");
  ASSERT_TRUE(reader.next());
  EXPECT_EQ(*reader.uint64(), std::numeric_limits<uint64_t>::max());
}

TEST(Protobuf, GroupsAreSkipped) {
  // 1: group { 2: 5, 3: group { 4: "x" } }, 5: 9
  const std::string text = raw({0x0b, 0x10, 5, 0x1b, 0x22, 1, 'x', 0x1c, 0x0c, 0x28, 9});
  Reader reader(bytes_of(text), "t");
  ASSERT_TRUE(reader.next());
  EXPECT_EQ(reader.field(), 5u);
  EXPECT_EQ(*reader.int64(), 9);
  EXPECT_EQ(reader.byte(), 9u);
  EXPECT_FALSE(reader.next());
  EXPECT_TRUE(reader.status().ok());
  EXPECT_TRUE(walk(Reader(bytes_of(raw({0x0b, 0x0c})), "t")).ok());
  EXPECT_EQ(error_of(raw({0x0b, 0x10, 5})),
            "t: byte 0: expected a group with an end, found the end of the message");
  EXPECT_EQ(error_of(raw({0x0b, 0x14})),
            "t: byte 1: expected the end of the open group, found another's");
}

TEST(Protobuf, NestingIsLimited) {
  const auto nested = [](int depth) {
    std::string text;
    for (int i = 0; i < depth; ++i) {
      std::string outer;
      Writer(outer).bytes(7, text);
      text = outer;
    }
    return text;
  };
  EXPECT_TRUE(walk(Reader(bytes_of(nested(100)), "t")).ok());
  EXPECT_NE(error_of(nested(101)).find("expected at most 100 levels, found more"),
            std::string::npos);
  EXPECT_EQ(error_of(std::string(100'000, '\x0b')),
            "t: byte 100: expected at most 100 levels, found more");
}

TEST(Protobuf, EmptyIsAnEmptyMessage) {
  Reader reader({}, "t");
  EXPECT_FALSE(reader.next());
  EXPECT_TRUE(reader.status().ok());
}

}  // namespace
}  // namespace inlay::protobuf
