// What people read: colours on a terminal, aligned columns, bars.
//
//   Table table({{"name"}, {"bytes", Table::kRight}, {"description", Table::kFlexible}});
//   table.row({"model", "90868376", "sentences to vectors"});
//   table.print();
#pragma once

#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

namespace cli {

// Colours are on when the standard output is a terminal, NO_COLOR is empty and TERM is not "dumb".
enum class Paint { kPlain, kBold, kDim, kGreen, kYellow, kRed, kCyan };
std::string painted(std::string_view text, Paint paint);

// Columns of the terminal behind the standard output; `otherwise` when it is none.
int output_columns(int otherwise);

// A bar of `columns` columns for a value in [0, 1], in eighths, padded with spaces.
std::string bar(double value, int columns);

// `text` padded with spaces to `columns`.
std::string pad_right(std::string_view text, int columns);
std::string pad_left(std::string_view text, int columns);

// 90868376 as "90.9 MB".
std::string bytes_text(double bytes);
// A value with so many digits after the point: fixed(1.2345, 2) is "1.23".
std::string fixed(double value, int digits);

class Table {
 public:
  // kFlexible: aligned to the left and cut first when the terminal is narrow.
  enum Align { kLeft, kRight, kFlexible };
  struct Column {
    const char* title;
    Align align = kLeft;
    Paint paint = Paint::kPlain;
  };

  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}
  // Cells are made printable. Requires one for each column.
  void row(std::vector<std::string> cells);
  bool empty() const { return rows_.empty(); }
  // With titles above, unless all of them are "". `indent` spaces stand before each line.
  void print(int indent = 0) const;

 private:
  std::vector<int> widths(int indent) const;

  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace cli
