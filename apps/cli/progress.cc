#include "progress.h"

#include <algorithm>
#include <cstdio>

#include "failure.h"
#include "output.h"
#include "table.h"

namespace cli {
namespace {

constexpr std::chrono::milliseconds kBetweenDraws(100);
constexpr int kBarColumns = 20;

std::string duration_text(double seconds) {
  if (seconds < 90) return fixed(seconds, 0) + " s";
  if (seconds < 5400) return fixed(seconds / 60, 0) + " min";
  return fixed(seconds / 3600, 1) + " h";
}

}  // namespace

Progress::Progress(std::string name, int64_t total_bytes)
    : name_(std::move(name)),
      total_(total_bytes),
      terminal_(is_terminal(stderr)),
      start_(Clock::now()) {}

Progress::~Progress() { clear(); }

void Progress::update(int64_t bytes) {
  if (first_ < 0) {
    first_ = bytes;
    start_ = Clock::now();
  }
  first_ = std::min(first_, bytes);  // it began anew
  done_ = bytes;
  const Clock::time_point now = Clock::now();
  if (terminal_ && now - last_draw_ >= kBetweenDraws) draw(now);
}

void Progress::draw(Clock::time_point now) {
  last_draw_ = now;
  drawn_ = true;
  const double share = total_ > 0 ? static_cast<double>(done_) / static_cast<double>(total_) : 1;
  const double seconds = std::chrono::duration<double>(now - start_).count();
  const double rate = seconds > 0.2 ? static_cast<double>(done_ - first_) / seconds : 0;
  std::string line =
      name_ + "  " + bar(share, kBarColumns) + "  " + pad_left(fixed(100 * share, 0), 3) + " %  " +
      bytes_text(static_cast<double>(done_)) + " of " + bytes_text(static_cast<double>(total_));
  if (rate > 0) {
    line += "  " + bytes_text(rate) + "/s  " +
            duration_text(static_cast<double>(total_ - done_) / rate) + " left";
  }
  fprintf(stderr, "\r%s\x1b[K", line.c_str());
  fflush(stderr);
}

void Progress::clear() {
  if (drawn_) fputs("\r\x1b[K", stderr);
  drawn_ = false;
}

void Progress::finish() {
  clear();
  message(concat(name_, ": ", bytes_text(static_cast<double>(total_))));
}

}  // namespace cli
