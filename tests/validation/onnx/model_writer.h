// ONNX models as bytes, field by field, so that tests can also write what no exporter would.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "base/protobuf.h"

namespace inlay::test {

using protobuf::Writer;

// Bodies of messages; each function appends fields to its writer.
inline void write_tensor_fields(Writer& w, std::string_view name, std::vector<int64_t> dims,
                                int type) {
  for (int64_t dim : dims) w.int64(1, dim);
  w.varint(2, static_cast<uint64_t>(type));
  w.bytes(8, name);
}

inline void write_raw_tensor(Writer& w, std::string_view name, std::vector<int64_t> dims, int type,
                             std::string_view raw) {
  write_tensor_fields(w, name, std::move(dims), type);
  w.bytes(9, raw);
}

// A dimension is a number, or a name that is not empty, or "" for none.
struct Dim {
  int64_t value = -1;
  std::string name;
  Dim(int v) : value(v) {}         // NOLINT: implicit on purpose
  Dim(int64_t v) : value(v) {}     // NOLINT
  Dim(const char* n) : name(n) {}  // NOLINT
};

inline void write_value_info(Writer& w, std::string_view name, int type, std::vector<Dim> dims) {
  w.bytes(1, name);
  w.message(2, [&](Writer& value_type) {
    value_type.message(1, [&](Writer& tensor) {
      tensor.varint(1, static_cast<uint64_t>(type));
      tensor.message(2, [&](Writer& shape) {
        for (const Dim& dim : dims)
          shape.message(1, [&](Writer& out) {
            if (!dim.name.empty())
              out.bytes(2, dim.name);
            else if (dim.value >= 0)
              out.int64(1, dim.value);
          });
      });
    });
  });
}

inline void write_node(Writer& w, std::string_view op, std::vector<std::string> inputs,
                       std::vector<std::string> outputs) {
  for (const std::string& input : inputs) w.bytes(1, input);
  for (const std::string& output : outputs) w.bytes(2, output);
  w.bytes(3, format("/{}", op));
  w.bytes(4, op);
}

// A model of IR version 8 around a graph.
template <class Body>
std::string write_model(Body&& graph, uint64_t opset_version = 17) {
  std::string out;
  Writer w(out);
  w.varint(1, 8);
  w.bytes(2, std::string_view("tests"));
  w.message(7, graph);
  w.message(8, [&](Writer& opset) { opset.varint(2, opset_version); });
  w.message(14, [](Writer& entry) {
    entry.bytes(1, std::string_view("purpose"));
    entry.bytes(2, std::string_view("testing"));
  });
  return out;
}

// y = x + w with w a float32 [3] initializer in raw form.
inline void write_add_graph(Writer& g) {
  g.message(1, [](Writer& n) { write_node(n, "Add", {"x", "w"}, {"y"}); });
  g.bytes(2, std::string_view("graph"));
  g.message(5, [](Writer& t) {
    write_raw_tensor(t, "w", {3}, 1, std::string_view("\0\0\x80?\0\0\0@\0\0@@", 12));
  });
  g.message(11, [](Writer& i) { write_value_info(i, "x", 1, {"batch", 3}); });
  g.message(12, [](Writer& o) { o.bytes(1, std::string_view("y")); });
}

}  // namespace inlay::test
