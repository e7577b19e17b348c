// How a parsed JSON text lies in memory; json.h is the way to read it.
//
// Nodes stand in the order of the text: a container, then all that is in it; in an object a key
// node before each value. A container knows the index after its last node, so that it can be
// stepped over.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace inlay::json {

// kInteger is a number without fraction and exponent that fits in 64 bits; kNumber any other.
enum class Kind : uint8_t { kNull, kBool, kInteger, kNumber, kString, kArray, kObject };

struct Node {
  Kind kind;      // of a key: kString
  bool decoded;   // strings: the text lies in Tree::decoded, since it had escapes
  uint32_t size;  // strings: bytes; containers: elements or members
  union {
    uint64_t offset;  // strings: of the first byte
    uint64_t end;     // containers: the index after the last node inside
    int64_t integer;
    double number;
    bool boolean;
  };
};

struct Tree {
  std::string source;
  std::shared_ptr<const void> owner;  // keeps `text` alive
  std::string_view text;
  std::string decoded;
  std::unique_ptr<Node[]> nodes;

  std::string_view text_of(uint32_t index) const {
    const Node& node = nodes[index];
    return {(node.decoded ? decoded.data() : text.data()) + node.offset, node.size};
  }
  // The index of what follows a value, over all that is in it.
  uint32_t after(uint32_t index) const {
    const Node& node = nodes[index];
    return node.kind >= Kind::kArray ? static_cast<uint32_t>(node.end) : index + 1;
  }
};

}  // namespace inlay::json
