#include "table.h"

#include <algorithm>
#include <cmath>

#include "output.h"
#include "text_width.h"

namespace cli {
namespace {

constexpr int kGap = 2;
constexpr int kLeastFlexible = 12;

bool colours_on() {
  return is_terminal(stdout) && environment("NO_COLOR").empty() && environment("TERM") != "dumb";
}

const char* paint_code(Paint paint) {
  switch (paint) {
    case Paint::kPlain: return "";
    case Paint::kBold: return "\x1b[1m";
    case Paint::kDim: return "\x1b[2m";
    case Paint::kGreen: return "\x1b[32m";
    case Paint::kYellow: return "\x1b[33m";
    case Paint::kRed: return "\x1b[31m";
    case Paint::kCyan: return "\x1b[36m";
  }
  return "";
}

}  // namespace

std::string painted(std::string_view text, Paint paint) {
  if (paint == Paint::kPlain || text.empty() || !colours_on()) return std::string(text);
  return paint_code(paint) + std::string(text) + "\x1b[0m";
}

int output_columns(int otherwise) {
  const int columns = terminal_columns(stdout);
  return columns > 0 ? columns : otherwise;
}

std::string bar(double value, int columns) {
  static constexpr const char* kPart[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const double clamped = std::isfinite(value) ? std::clamp(value, 0.0, 1.0) : 0;
  const int eighths = static_cast<int>(std::lround(clamped * columns * 8));
  std::string out;
  for (int i = 0; i < eighths / 8; ++i) out += "█";
  out += kPart[eighths % 8];
  return pad_right(out, columns);
}

std::string pad_right(std::string_view text, int columns) {
  const int missing = columns - text_columns(text);
  return std::string(text) + std::string(static_cast<size_t>(std::max(missing, 0)), ' ');
}

std::string pad_left(std::string_view text, int columns) {
  const int missing = columns - text_columns(text);
  return std::string(static_cast<size_t>(std::max(missing, 0)), ' ') + std::string(text);
}

std::string fixed(double value, int digits) {
  char text[64];
  snprintf(text, sizeof text, "%.*f", digits, value);
  return text;
}

std::string bytes_text(double bytes) {
  static constexpr const char* kUnits[] = {" B", " kB", " MB", " GB", " TB"};
  int unit = 0;
  while (bytes >= 999.5 && unit < 4) {
    bytes /= 1000;
    ++unit;
  }
  return fixed(bytes, unit == 0 ? 0 : 1) + kUnits[unit];
}

void Table::row(std::vector<std::string> cells) {
  for (std::string& cell : cells) cell = printable(cell);
  rows_.push_back(std::move(cells));
}

std::vector<int> Table::widths(int indent) const {
  std::vector<int> widths;
  int total = indent;
  for (size_t c = 0; c < columns_.size(); ++c) {
    int width = text_columns(columns_[c].title);
    for (const auto& cells : rows_) width = std::max(width, text_columns(cells[c]));
    widths.push_back(width);
    total += width + (c == 0 ? 0 : kGap);
  }
  const int available = output_columns(0);
  for (size_t c = 0; c < columns_.size() && available > 0 && total > available; ++c) {
    if (columns_[c].align != kFlexible) continue;
    const int narrow =
        std::max(std::min(widths[c], kLeastFlexible), widths[c] - (total - available));
    total -= widths[c] - narrow;
    widths[c] = narrow;
  }
  return widths;
}

void Table::print(int indent) const {
  const std::vector<int> width = widths(indent);
  const auto line = [&](const auto& cell_of, const auto& paint_of) {
    std::string out(static_cast<size_t>(indent), ' ');
    std::string spaces;
    for (size_t c = 0; c < columns_.size(); ++c) {
      if (cell_of(c).empty() && columns_[c].align != kRight) {
        spaces += std::string(static_cast<size_t>(width[c] + kGap), ' ');
        continue;
      }
      const std::string cell = fit_columns(cell_of(c), std::max(width[c], 1));
      const std::string before =
          columns_[c].align == kRight ? pad_left("", width[c] - text_columns(cell)) : "";
      out += spaces + before + painted(cell, paint_of(c));
      const int used = text_columns(before) + text_columns(cell);
      spaces = std::string(static_cast<size_t>(width[c] - used + kGap), ' ');
    }
    print_line(out);
  };
  const bool titled = std::any_of(columns_.begin(), columns_.end(),
                                  [](const Column& column) { return column.title[0] != '\0'; });
  if (titled) {
    line([&](size_t c) { return std::string_view(columns_[c].title); },
         [](size_t) { return Paint::kDim; });
  }
  for (const auto& cells : rows_) {
    line([&](size_t c) { return std::string_view(cells[c]); },
         [&](size_t c) { return columns_[c].paint; });
  }
}

}  // namespace cli
